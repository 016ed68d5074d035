package web

// Problem is the mapping of errors to pages, of which requests reach only the errors that the
// rooms make today.
var Problem = problem
