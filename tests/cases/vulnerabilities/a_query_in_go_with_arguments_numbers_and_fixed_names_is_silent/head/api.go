package api

import (
	"database/sql"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
)

var name = regexp.MustCompile(`^[a-z_]+$`)

func bound(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	_, _ = db.Exec("DELETE FROM items WHERE id = $1", r.URL.Query().Get("id"))
}

func number(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return
	}
	_, _ = db.Exec(fmt.Sprintf("DELETE FROM items WHERE id = %d", id))
}

func checked(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	column := r.FormValue("by")
	if !name.MatchString(column) {
		http.Error(w, "no", http.StatusBadRequest)
		return
	}
	_, _ = db.Query("SELECT id FROM items ORDER BY " + column)
}

func listed(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	allowed := map[string]bool{"name": true, "age": true}
	column := r.FormValue("by")
	if !allowed[column] {
		column = "name"
	}
	_, _ = db.Query("SELECT id FROM items ORDER BY " + column)
}

func chosen(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	order := "ASC"
	if r.FormValue("desc") == "1" {
		order = "DESC"
	}
	_, _ = db.Query("SELECT id FROM items ORDER BY name " + order)
}
