//! What the parameters of handlers are, by the place where the handler stands, by their types and names: `req`, `res`,
//! `ctx` and `event` are what the libraries of rules call them. Express gives a request and a response, koa and hono a
//! context, serverless functions and loaders an event, Nest what its decorators say.
//!
//! Does not catch: handlers that are handed on by another name; a framework of the project's own.

use crate::language::lower::{Lower, field, named};
use crate::language::typescript::kind;
use crate::syntax::{Node, walk};

/// Methods that are given handlers of requests.
const ROUTES: [&str; 13] = [
    "get", "post", "put", "patch", "delete", "del", "all", "use", "head", "options", "route", "ws",
    "opts",
];
/// Methods that are given handlers of calls of a procedure.
const PROCEDURES: [&str; 3] = ["mutation", "query", "subscription"];
/// Methods that are given what is told of an event.
const TELLS: [&str; 6] = [
    "on",
    "once",
    "addListener",
    "addEventListener",
    "question",
    "onMessage",
];
/// Events that bring what another one wrote.
const BRINGS: [&str; 4] = ["message", "data", "line", "text"];
/// Events of a connection itself.
const LIFE: [&str; 12] = [
    "connect",
    "connection",
    "disconnect",
    "disconnecting",
    "error",
    "close",
    "end",
    "open",
    "drain",
    "finish",
    "timeout",
    "connect_error",
];
/// Functions that a framework calls with an event, by their names.
const LOADERS: [&str; 15] = [
    "loader",
    "action",
    "load",
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "handle",
    "getServerSideProps",
    "getInitialProps",
    "generateMetadata",
    "fallback",
];
/// Decorators of parameters whose values a request brings.
const BROUGHT: [&str; 16] = [
    "Query",
    "Param",
    "Params",
    "Body",
    "Headers",
    "Cookies",
    "UploadedFile",
    "UploadedFiles",
    "HostParam",
    "RawBody",
    "QueryParam",
    "QueryParams",
    "BodyParam",
    "Args",
    "MessageBody",
    "Payload",
];
/// Names that what comes from elsewhere has, and no request.
const OTHERS: [&str; 16] = [
    "res", "resp", "response", "result", "data", "err", "error", "e", "body", "value", "item",
    "html", "x", "i", "done", "cb",
];
/// What asks another server.
const CLIENTS: [&str; 12] = [
    "http",
    "https",
    "axios",
    "got",
    "request",
    "superagent",
    "fetch",
    "$",
    "jQuery",
    "client",
    "agent",
    "needle",
];

impl Lower<'_> {
    /// The role of each parameter of a function.
    pub(super) fn ts_roles(
        &self,
        node: Node<'_>,
        name: &str,
        call: Option<(Node<'_>, Node<'_>)>,
    ) -> Vec<Option<&'static str>> {
        let params = self.ts_param_nodes(node);
        let mut roles: Vec<Option<&'static str>> = params
            .iter()
            .enumerate()
            .map(|(at, param)| self.own_role(*param, at))
            .collect();
        let given: Vec<&str> = params.iter().map(|param| self.param_name(*param)).collect();
        let placed = match call {
            Some((call, callee)) => self.placed_roles(call, callee, &given),
            None => Vec::new(),
        };
        for (role, placed) in roles.iter_mut().zip(placed) {
            *role = role.or(placed);
        }
        let is_apart = |at: usize| params.get(at).is_some_and(|param| self.is_apart(*param));
        // `({ body }, res) => ..`
        if is_apart(0) && roles.get(1) == Some(&Some("res")) {
            set(&mut roles, 0, "req");
        }
        let name = name.split('@').next().unwrap_or(name);
        // What a serverless function is given comes from outside as a whole.
        if matches!(name, "handler" | "lambdaHandler")
            && given.first() == Some(&"event")
            && roles.first() == Some(&None)
        {
            set(&mut roles, 0, "sent");
        }
        if LOADERS.contains(&name) {
            if is_apart(0)
                || given
                    .first()
                    .is_some_and(|first| matches!(*first, "context" | "args"))
            {
                set(&mut roles, 0, "event");
            }
            if roles.first() == Some(&Some("req")) {
                set(&mut roles, 1, "event");
            }
        }
        // A page is given the address that it is asked by, an action the request.
        let names = ["searchParams", "request"];
        if is_apart(0) && roles.first() == Some(&None) && self.takes(params.first(), &names) {
            set(&mut roles, 0, "event");
        }
        roles
    }

    /// Whether a parameter that is taken apart has a part of one of these names.
    fn takes(&self, param: Option<&Node<'_>>, names: &[&str]) -> bool {
        let target = param.map(|param| field(*param, "pattern").unwrap_or(*param));
        target.is_some_and(|target| {
            target.named_children().any(|part| {
                let key = field(part, "key").or_else(|| field(part, "left"));
                names.contains(&self.text(key.unwrap_or(part)))
            })
        })
    }

    fn is_apart(&self, param: Node<'_>) -> bool {
        let target = field(param, "pattern").unwrap_or(param);
        target.kind() == kind::OBJECT_PATTERN
    }

    fn param_name(&self, param: Node<'_>) -> &str {
        let target = field(param, "pattern").unwrap_or(param);
        match target.kind() {
            kind::IDENTIFIER => self.text(target),
            _ => "",
        }
    }

    /// What a parameter is by its decorator, type or name.
    fn own_role(&self, param: Node<'_>, at: usize) -> Option<&'static str> {
        let mark = param.children_by_field_name("decorator").next();
        if let Some(mark) = mark {
            let word = self.text(mark).trim_start_matches('@');
            let word = word.split('(').next().unwrap_or(word);
            return match word {
                "Req" | "Request" => Some("req"),
                "Res" | "Response" => Some("res"),
                "Ctx" | "Context" => Some("ctx"),
                word => BROUGHT.contains(&word).then_some("sent"),
            };
        }
        let ty = field(param, "type").map_or("", |ty| self.text(ty));
        let ty = ty.trim_start_matches([':', ' ']);
        let ty = ty.split('<').next().unwrap_or(ty);
        let ty = ty.rsplit('.').next().unwrap_or(ty).trim();
        let by_type = match ty {
            "Request" | "FastifyRequest" | "NextRequest" | "NextApiRequest" | "IncomingMessage"
            | "VercelRequest" | "ExpressRequest" | "Http2ServerRequest" | "KoaRequest" => "req",
            "Response" | "FastifyReply" | "NextApiResponse" | "ServerResponse"
            | "VercelResponse" | "ExpressResponse" => "res",
            "KoaContext"
            | "ParameterizedContext"
            | "RouterContext"
            | "ExtendableContext"
            | "HonoContext" => "ctx",
            "Context" if at == 0 => "ctx",
            "APIGatewayProxyEvent"
            | "APIGatewayProxyEventV2"
            | "APIGatewayEvent"
            | "RequestEvent"
            | "LoaderFunctionArgs"
            | "ActionFunctionArgs"
            | "LoaderArgs"
            | "ActionArgs"
            | "H3Event"
            | "ALBEvent"
            | "LambdaFunctionURLEvent"
            | "GetServerSidePropsContext"
            | "ServerLoadEvent"
            | "PageServerLoadEvent" => "event",
            "FormData" => "formData",
            "" => match self.param_name(param) {
                "req" | "request" | "_req" | "_request" => "req",
                "res" | "response" | "reply" | "_res" => "res",
                "ctx" => "ctx",
                "formData" => "formData",
                _ => return None,
            },
            _ => return None,
        };
        Some(by_type)
    }

    /// What parameters are by the call that their function is given to.
    fn placed_roles(
        &self,
        call: Node<'_>,
        callee: Node<'_>,
        given: &[&str],
    ) -> Vec<Option<&'static str>> {
        let method = field(callee, "property").map_or("", |name| self.text(name));
        if PROCEDURES.contains(&method) && given.first() == Some(&"") {
            return vec![Some("call")];
        }
        let object = field(callee, "object").map_or("", |object| self.text(object));
        let object = object.rsplit('.').next().unwrap_or(object);
        let first = given.first().copied().unwrap_or_default();
        if !ROUTES.contains(&method) || CLIENTS.contains(&object) {
            return Vec::new();
        }
        let arguments = field(call, "arguments").map(named).unwrap_or_default();
        let is_path = arguments.first().is_some_and(|path| {
            path.is_string()
                && self
                    .text(*path)
                    .get(1..)
                    .is_some_and(|text| text.starts_with(['/', '*', ':', '"', '\'', '`', '$']))
                || matches!(path.kind(), kind::REGEX | kind::ARRAY)
        });
        if !is_path && method != "use" {
            return Vec::new();
        }
        match given {
            [_, _, _, _] => vec![None, Some("req"), Some("res")],
            [_, second, ..] if second.contains("next") => vec![Some("ctx")],
            [_, _, ..] => vec![Some("req"), Some("res")],
            [_] if !OTHERS.contains(&first) => vec![Some("ctx")],
            _ => Vec::new(),
        }
    }

    /// Whether a call's function is told what another one wrote.
    pub(super) fn is_told(&self, call: Node<'_>) -> bool {
        let Some(callee) = field(call, "function") else {
            return false;
        };
        let method = field(callee, "property").unwrap_or(callee);
        if !TELLS.contains(&self.text(method)) {
            return false;
        }
        let first = field(call, "arguments").and_then(|list| named(list).first().copied());
        let event = first.map_or("", |first| self.text(first).trim_matches(['"', '\'']));
        let object = field(callee, "object").map_or("", |object| self.text(object));
        // What it is called on is looked at again: no chain of calls.
        if object.contains('(') {
            return false;
        }
        let object = object.rsplit('.').next().unwrap_or(object);
        self.text(method) == "question"
            || BRINGS.contains(&event)
            || object.to_ascii_lowercase().ends_with("socket") && !LIFE.contains(&event)
    }

    /// Whether a function is one that browsers may call: `"use server"` stands in it, or in the file that exports it.
    pub(super) fn runs_on_server(&self, node: Node<'_>, public: bool) -> bool {
        let says = |block: Node<'_>| {
            let first = block.named_children().find(|child| !child.is_extra());
            first.is_some_and(|first| {
                first.kind() == kind::EXPRESSION_STATEMENT
                    && self
                        .text(first)
                        .trim_end_matches(';')
                        .trim_matches(['"', '\''])
                        == "use server"
            })
        };
        let own = field(node, "body").filter(|body| body.kind() == kind::STATEMENT_BLOCK);
        if own.is_some_and(says) {
            return true;
        }
        let is_top = || {
            !walk::parents(node, self.parsed.root())
                .any(|above| above.kind() == kind::STATEMENT_BLOCK)
        };
        public && says(self.parsed.root()) && is_top()
    }
}

fn set(roles: &mut [Option<&'static str>], at: usize, role: &'static str) {
    if let Some(known) = roles.get_mut(at) {
        *known = Some(role);
    }
}
