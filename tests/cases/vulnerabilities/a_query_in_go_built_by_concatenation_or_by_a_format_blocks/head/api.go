package api

import (
	"database/sql"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

func concatenated(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	_, _ = db.Exec("DELETE FROM items WHERE id = " + id)
}

func formatted(db *sql.DB) gin.HandlerFunc {
	return func(c *gin.Context) {
		row := db.QueryRow(fmt.Sprintf("SELECT name FROM items WHERE id = %s", c.Param("id")))
		_ = row
	}
}

func helped(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	if err := remove(db, r.Header.Get("X-Item")); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

func remove(db *sql.DB, id string) error {
	statement := "DELETE FROM items WHERE id = '"
	statement += id + "'"
	_, err := db.Exec(statement)
	return err
}
