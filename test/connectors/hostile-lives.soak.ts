import { registerHostileLives } from './hostile-lives.js';

registerHostileLives(500);
