Object.assign(exports, require('zod'));
