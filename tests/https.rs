//! A server of files over HTTPS, for what is downloaded and asked.

use std::path::Path;

/// Serves a folder over HTTPS until it is dropped. A path with `cut` in it breaks off in the middle, one with
/// `503` is answered with that. What was asked for stands in the folder's file `asked`, a line each.
pub(crate) struct Server {
    child: std::process::Child,
    /// Its address, without a slash at the end.
    pub(crate) url: String,
}

impl Server {
    /// Serves a folder; its certificate is in the file `certificate` there.
    #[expect(clippy::disallowed_methods, reason = "the test is the other side")]
    pub(crate) fn of(folder: &Path) -> Self {
        const SCRIPT: &str = r#"
import http.server, ssl

class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        with open("asked", "a") as asked:
            print(self.path, file=asked)
        if "503" in self.path:
            self.send_error(503)
        else:
            super().do_GET()

    def copyfile(self, source, to):
        data = source.read()
        to.write(data[: len(data) // 2] if "cut" in self.path else data)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("certificate", "key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;
        let line = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -days 2 -subj /CN=127.0.0.1 \
                    -addext subjectAltName=IP:127.0.0.1";
        crate::toolbox::sh(folder, line);
        let mut child = std::process::Command::new("python3")
            .args(["-c", SCRIPT])
            .current_dir(folder)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let out = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut port).unwrap();
        let url = format!("https://127.0.0.1:{}", port.trim());
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
