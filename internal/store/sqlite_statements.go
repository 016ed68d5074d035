package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// keepStatements makes connections that keep their prepared statements, as pgx's do.
// GORM's own cache is off on both databases: a statement that it first prepares inside a
// transaction is prepared again at each use, which costs more than running it.
type keepStatements struct{ driver.Connector }

// Connect opens a connection of its own.
func (k keepStatements) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: %T lacks a part of driver.Conn", opened), opened.Close())
	}
	return &keepingConn{sqliteConn: conn, idle: map[string]sqliteStmt{}}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is no Queryer and no Execer, so database/sql prepares every statement,
// and closes it when its rows are read. One in use is not among the idle ones, so it is
// never used twice at a time.
type keepingConn struct {
	sqliteConn
	idle map[string]sqliteStmt
}

// idleMost bounds the memory of a connection; a console has fewer statements.
const idleMost = 256

// PrepareContext gives an idle statement, or a new one.
func (c *keepingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return &keptStmt{s, c, query}, nil
	}
	made, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := made.(sqliteStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: %T lacks a part of driver.Stmt", made), made.Close())
	}
	return &keptStmt{s, c, query}, nil
}

// Close finalizes the idle statements first.
func (c *keepingConn) Close() error {
	var errs []error
	for _, s := range c.idle {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// keptStmt goes back to its connection when it is closed.
type keptStmt struct {
	sqliteStmt
	conn  *keepingConn
	query string
}

// Close makes the statement idle, unless an equal one is already or there are too many.
func (s *keptStmt) Close() error {
	if _, ok := s.conn.idle[s.query]; ok || len(s.conn.idle) >= idleMost {
		return s.sqliteStmt.Close()
	}
	s.conn.idle[s.query] = s.sqliteStmt
	return nil
}
