package store

import (
	"database/sql"
	"net/http"
)

// Server answers requests.
type Server struct {
	db *sql.DB
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	rows, err := s.db.QueryContext(r.Context(), "SELECT id FROM users WHERE name = $1", r.FormValue("name"))
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	defer rows.Close()
}
