import type { DURATION_BUCKETS } from '#shared/contract.ts';
import { among, type Recording, type Rules } from '../rule.ts';

/** What people come for, as the app counts it: by method and template of the route, and the bucket that is still in time. */
const JOURNEYS: Record<string, { select: string; seconds: (typeof DURATION_BUCKETS)[number] }> = {
  'sign-in': { select: 'method="POST",route="/api/v1/sessions"', seconds: 1 },
  'course-list': { select: 'method="GET",route="/api/v1/courses"', seconds: 0.5 },
  // How long a download takes is the client's line; that it starts is ours.
  'file-download': { select: 'method="GET",route=~"/api/v1/.*files.*"', seconds: 10 },
  write: { select: 'method=~"POST|PUT|PATCH|DELETE",route!="/api/v1/sessions"', seconds: 1 },
};
/** Of a thousand requests, five may fail or be late. */
const BUDGET = 0.005;
const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];

/**
 * The app, by what people do with it. Each journey has an error budget; an alert says how fast it is used up, over a long
 * and a short window, so that it comes early, does not flap, and ends with the trouble.
 * @see https://sre.google/workbook/alerting-on-slos/ (multiwindow, multi-burn-rate)
 */
export const education: Rules = ({ site }) => {
  const counter = (what: string) => `http_request_duration_seconds_${what}`;
  const labels = (status: string) =>
    `job="education-api",method="GET",route="/api/v1/courses",status="${status}"`;
  const traffic = (badStep: number, minutes: number) => ({
    [`${counter('count')}{${labels('200')}}`]: [`0+100x${minutes}`, `0+100x${minutes}`] as [string, string],
    [`${counter('bucket')}{${labels('200')},le="0.5"}`]: [`0+100x${minutes}`, `0+100x${minutes}`] as [
      string,
      string,
    ],
    [`${counter('count')}{${labels('500')}}`]: [`0+${badStep}x${minutes}`, `0+0.1x${minutes}`] as [
      string,
      string,
    ],
  });
  const burns = (level: string, factor: number, long: string, short: string): string => {
    const by = level === 'site' ? 'by (journey, site) ' : 'by (journey) ';
    const ratio = (window: string) =>
      `sum ${by}(site:education_bad:rate${window}) / sum ${by}(site:education_all:rate${window}) > ${+(factor * BUDGET).toFixed(4)}`;
    return `(${ratio(long)} and ${ratio(short)})`;
  };
  const fast = (level: string) => `${burns(level, 14.4, '1h', '5m')} or ${burns(level, 6, '6h', '30m')}`;
  const slow = (level: string) => `${burns(level, 3, '1d', '2h')} or ${burns(level, 1, '3d', '6h')}`;
  const first = [
    'Which routes, which codes? The app dashboard, by route; its logs by request id: `kubectl -n education logs -l app.kubernetes.io/name=education-api | grep \'"statusCode":5\'`',
    'What is behind it? Alerts of data-path, cockroachdb and ceph at the same time come first.',
    'Since a rollout? `kubectl -n education rollout undo deployment/education-api`',
  ];
  return {
    component: 'education',
    records: Object.entries(JOURNEYS).flatMap(([journey, { select, seconds }]) =>
      WINDOWS.flatMap((window): Recording[] => {
        const rate = (what: string, more: string) =>
          `sum(rate(${counter(what)}{job="education-api",${select}${more}}[${window}]))`;
        const labels = { journey, site: site.code };
        return [
          { record: `site:education_all:rate${window}`, expr: rate('count', ''), labels },
          {
            record: `site:education_bad:rate${window}`,
            expr: `${rate('count', '')} - (${rate('bucket', `,status!~"5..",le="${seconds}"`)} or on () vector(0))`,
            labels,
          },
        ];
      }),
    ),
    alerts: [
      {
        alert: 'EducationApiDown',
        expr: 'count(up{job="education-api"} == 1) < 2 or absent(up{job="education-api"} == 1)',
        for: '3m',
        severity: 'page',
        summary: 'Fewer than two pods of the API answer',
        impact: 'Pages load, and show nothing.',
        steps: [
          '`kubectl -n education get pods -o wide`, and the logs of one that is not ready',
          'Is the database away? Readiness fails with it.',
        ],
        ...among({
          'up{job="education-api",instance="a"}': [1, 1],
          'up{job="education-api",instance="b"}': [0, 1],
        }),
      },
      {
        alert: 'EducationSiteFailing',
        expr: fast('site'),
        for: '2m',
        severity: 'page',
        summary:
          '{{ $labels.journey }} at {{ $labels.site }}: {{ $value | humanizePercentage }} of requests fail or are late',
        impact: 'A month of tolerated errors is used up within two days.',
        steps: first,
        ...among(traffic(20, 40), '30m'),
      },
      {
        alert: 'EducationSiteWearing',
        expr: slow('site'),
        for: '1h',
        severity: 'ticket',
        summary:
          '{{ $labels.journey }} at {{ $labels.site }}: {{ $value | humanizePercentage }} of requests have failed for long',
        impact: 'The month will end over its budget.',
        steps: first,
        ...among(traffic(2, 150), '130m'),
      },
      {
        alert: 'EducationFailing',
        expr: fast('platform'),
        for: '2m',
        severity: 'page',
        labels: { scope: 'platform' },
        summary:
          '{{ $labels.journey }} on the whole platform: {{ $value | humanizePercentage }} of requests fail or are late',
        impact: 'People are hurt wherever they are led: no other site helps.',
        steps: [
          'What do the sites share? The database first: CockroachdbRangesUnavailable, CockroachdbSiteDown.',
          ...first,
        ],
        ...among(traffic(20, 40), '30m'),
      },
      {
        alert: 'EducationWearing',
        expr: slow('platform'),
        for: '1h',
        severity: 'ticket',
        labels: { scope: 'platform' },
        summary:
          '{{ $labels.journey }} on the whole platform: {{ $value | humanizePercentage }} of requests have failed for long',
        impact: 'The month will end over its budget.',
        steps: first,
        ...among(traffic(2, 150), '130m'),
      },
      {
        alert: 'EducationBusy',
        expr: 'nodejs_eventloop_lag_p99_seconds{job="education-api"} > 0.2',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} makes requests wait {{ $value }} s before it looks at them',
        impact: 'All requests of this pod are late, whatever they ask for.',
        steps: [
          'What computes? Its logs for slow routes: `kubectl -n education logs {{ $labels.instance }}`.',
          'More pods help for the moment: the autoscaler, or `app.api.max`.',
        ],
        ...among(
          { 'nodejs_eventloop_lag_p99_seconds{job="education-api",instance="a"}': [0.5, 0.02] },
          '30m',
        ),
      },
    ],
  };
};
