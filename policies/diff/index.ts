export { html, sections } from './print/html.ts';
export { json } from './print/json.ts';
export { markdown } from './print/markdown.ts';
export { text } from './print/text.ts';
export { exitOf, type Report, report, type Verdict } from './report.ts';
export { changedSurvival, type Survival, survivalOf } from './survival.ts';
