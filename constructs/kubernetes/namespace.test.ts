import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { Namespace, type NamespaceProps } from './namespace.ts';

const render = (props: NamespaceProps) => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Namespace(chart, 'namespace', props);
  return chart.toJson()[0].metadata;
};

it('enforces restricted, and warns and records by the same level', () => {
  expect(render({ name: 'app' })).toEqual({
    name: 'app',
    labels: {
      'app.kubernetes.io/part-of': 'fredu',
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  });
});

it('writes down why it enforces less, and does not enforce less without a reason', () => {
  expect(render({ name: 'node', level: 'privileged', why: 'it reads the node' }).annotations).toEqual({
    'fredu.fr/pod-security-reason': 'it reads the node',
  });
  expect(() => render({ name: 'node', level: 'baseline' })).toThrow(
    'namespace node: say why its level is baseline',
  );
});
