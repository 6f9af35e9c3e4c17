package store

import (
	"database/sql"
	"fmt"
	"net/http"
)

// Server answers requests.
type Server struct {
	db *sql.DB
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	query := fmt.Sprintf("SELECT id FROM users WHERE name = '%s'", r.FormValue("name"))
	rows, err := s.db.QueryContext(r.Context(), query)
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	defer rows.Close()
}
