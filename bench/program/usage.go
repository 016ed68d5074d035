package program

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"sharedkms/bench/measure"
)

// CPU is the processor time that the console has used.
func (p *Program) CPU() time.Duration { return measure.ProcessCPU(p.PID()) }

// Resident is the console's memory now, in MB.
func (p *Program) Resident() (float64, error) { return p.memory("VmRSS:") }

// Peak is the most memory that the console ever had, in MB.
func (p *Program) Peak() (float64, error) { return p.memory("VmHWM:") }

func (p *Program) memory(name string) (float64, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }() // read only
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return float64(int(kb/102.4)) / 10, err
		}
	}
	return 0, errors.New("the process does not say how much memory it has")
}

// Metric reads one value of /metrics, such as "go_goroutines".
func (p *Program) Metric(name string) (float64, error) {
	answer, err := http.Get("http://" + p.Addr + "/metrics")
	if err != nil {
		return 0, err
	}
	text, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("/metrics has no %s", name)
}
