use rand::thread_rng;

pub async fn wait() {
    tokio::time::delay_for(SECOND).await;
}
