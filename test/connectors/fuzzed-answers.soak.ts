import { registerFuzzedAnswers } from './fuzzed-answers.js';

registerFuzzedAnswers(5000);
