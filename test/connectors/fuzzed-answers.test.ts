import { registerFuzzedAnswers } from './fuzzed-answers.js';

registerFuzzedAnswers(150);
