import { bottlenecks, grown, relief } from '#policies/whatif/load.ts';
import { RATES } from '#policies/whatif/rates.ts';
import type { Facts } from './facts.ts';
import { type Html, html } from './html.ts';
import { tableOf } from './table.ts';

const TIMES = [1, 2, 5, 10, 20, 50];
const figure = (value: number): string => Math.floor(value).toLocaleString('en');

/** What the platform serves of its peak, what it serves without each part, and what gives way first when it grows. */
export function loadOf(facts: Facts): Html {
  const { analysis, serves, model } = facts;
  const { students, requestsPerSecond, videoMegabytesPerSecond } = model.load;
  const whole = serves(analysis.judge([], 'at once'));
  const states = analysis.failures
    .filter(({ kind }) => ['site', 'machine', 'host', 'balancer', 'process', 'link'].includes(kind))
    .map((part) => ({ id: part.id, serves: serves(analysis.judge([part], 'at once')) }));
  const alike = [
    ...Map.groupBy(
      states.filter((each) => each.serves.percent !== whole.percent),
      (each) => `${each.serves.percent} ${each.serves.first?.words}`,
    ).values(),
  ].toSorted((a, b) => a[0]!.serves.percent - b[0]!.serves.percent);
  const most = Math.max(whole.percent, ...states.map((each) => each.serves.percent), 100);
  const row = (names: string, { percent, requestsPerSecond: left, first }: typeof whole) => ({
    cells: [
      names,
      figure(left),
      bar(percent, most),
      first ? `${first.site || 'all sites'}: ${first.words}` : '',
    ],
  });
  return html`<p>The peak: ${figure(students)} students, ${figure(requestsPerSecond)} requests and ${figure(videoMegabytesPerSecond)} MB of video a second. While nothing is lost the platform serves ${figure(whole.requestsPerSecond)} requests a second, <b>${whole.percent} %</b> of it${whole.first && `; what gives way first: ${whole.first.words}`}.</p>
${tableOf(
  {
    id: 'load',
    caption: 'What is left of the load',
    head: ['without', 'requests a second', 'of the peak', 'what gives way first'],
  },
  [row('nothing', whole), ...alike.map((same) => row(same.map(({ id }) => id).join(', '), same[0]!.serves))],
)}
<h3>When it grows</h3>
${tableOf(
  {
    id: 'growth',
    caption: 'What gives way when the load grows',
    head: ['times the load', 'requests a second', 'what gives way first', 'what removes it'],
  },
  TIMES.map((times) => growth(facts, times)),
)}
<details><summary>Rates that this is computed with</summary>
${tableOf(
  { id: 'rates', caption: 'Rates', head: ['rate', 'value', 'unit', 'from'] },
  Object.entries(RATES).map(([name, rate]) => ({
    cells: [
      name,
      rate.value.toLocaleString('en'),
      rate.unit,
      'measured' in rate ? `measured by ${rate.measured.command} on ${rate.measured.on}` : rate.source,
    ],
  })),
)}</details>`;
}

function growth({ analysis: { world, judge }, capacities, model }: Facts, times: number) {
  const peak = grown(model.load, times);
  const [first] = bottlenecks(world, capacities, judge([], 'at once'), peak);
  return {
    cells: [
      `${times}`,
      figure(peak.requestsPerSecond),
      first ? `${first.limit.site || 'all sites'}: ${first.limit.words}` : 'nothing',
      first ? relief(first.limit, first.share) : '',
    ],
  };
}

/** A percentage as a bar with a mark at the peak. */
function bar(percent: number, most: number): Html {
  const at = (value: number) => Math.round((Math.min(value, most) / most) * 120);
  return html`<span class="bar"><svg viewBox="0 0 122 12" aria-hidden="true"><rect class="${percent < 100 ? 'short' : 'enough'}" width="${at(percent)}" height="12" rx="2"/><path d="M${at(100)} 0V12"/></svg> ${percent} %</span>`;
}
