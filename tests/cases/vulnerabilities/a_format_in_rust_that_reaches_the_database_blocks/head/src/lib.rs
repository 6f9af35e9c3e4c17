use axum::extract::{Query, State};
use sqlx::PgPool;

#[derive(serde::Deserialize)]
pub struct Search {
    name: String,
    page: u32,
}

pub async fn search(State(pool): State<PgPool>, Query(search): Query<Search>) -> String {
    let sql = format!("select * from users where name = '{}'", search.name);
    let rows = sqlx::query(&sql).fetch_all(&pool).await.unwrap();
    rows.len().to_string()
}

pub async fn bound(State(pool): State<PgPool>, Query(search): Query<Search>) -> String {
    let sql = format!("select * from users where name = $1 offset {}", search.page);
    let rows = sqlx::query(&sql).bind(&search.name).fetch_all(&pool).await.unwrap();
    rows.len().to_string()
}
