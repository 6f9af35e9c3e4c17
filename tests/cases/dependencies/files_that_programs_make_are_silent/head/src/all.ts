import { routes } from './routes.gen';
import { version } from './version';
import { built } from '../dist/index.js';
import client from './generated/client';
