import type { Data } from '../../../reading/texts.ts';
import { listOf } from '../../../reading/texts.ts';
import { pfsense } from '../../readers/pfsense.ts';
import { endsOf, type Range, type Rule, rest } from '../reach.ts';
import type { Front, Step } from './gate.ts';

const FAMILIES: Record<string, Rule['family'][]> = {
  inet: ['ipv4'],
  inet6: ['ipv6'],
  inet46: ['ipv4', 'ipv6'],
};

/**
 * What a pfSense lets through, as its manual has it: rules are asked on the interface where a packet comes in, the first that
 * fits decides, and what none lets pass is refused. A disabled rule is none.
 *
 * @see https://docs.netgate.com/pfsense/en/latest/firewall/rule-methodology.html
 */
export function pfSense(path: string, xml: string): Front {
  const whole: Data = pfsense(xml) ?? {};
  const aliases: Record<string, Data> = whole.aliases ?? {};
  const gateRules = listOf(whole.filter?.rules).filter((rule) => rule.disabled === undefined);
  const isOwn = (rule: Data) => rule.destination?.network === '(self)';
  const steps = (rules: Data[]) => rules.flatMap((rule) => stepsOf(rule, aliases));
  const translated = Object.values<Data>(whole.nat?.onetoone ?? {});
  return {
    name: 'pfSense',
    gate: { path, name: 'pfSense', steps: steps(gateRules.filter((rule) => !isOwn(rule))) },
    own: { path, name: 'pfSense itself', steps: steps(gateRules.filter(isOwn)) },
    outer: new Map(translated.map(({ source, external }) => [String(source?.address), String(external)])),
  };
}

function stepsOf(rule: Data, aliases: Record<string, Data>): Step[] {
  const ports = portsOf(rule.destination?.port, aliases);
  // A name that no alias has means nobody.
  return (FAMILIES[rule.ipprotocol] ?? [undefined]).flatMap((family) => {
    const [from, to] = [rule.source, rule.destination].map((side) => sideOf(side, aliases, family));
    return (String(rule.protocol ?? '') === 'tcp/udp' ? ['tcp', 'udp'] : [rule.protocol]).map((protocol) => ({
      pass: rule.type === 'pass',
      rule: {
        ...(family ? { family } : {}),
        ...(from ? { from } : {}),
        ...(to ? { to } : {}),
        ...(typeof protocol === 'string' && protocol !== 'any' ? { protocol } : {}),
        ...(ports ? { ports } : {}),
        ...(rule.interface ? { via: [`from ${rule.interface}`] } : {}),
      },
    }));
  });
}

/** Networks of one end of a rule; nothing where it is anybody. */
function sideOf(side: Data, aliases: Record<string, Data>, family: Rule['family']): string[] | undefined {
  if (side?.address === undefined) return undefined;
  const named: string[] = aliases[side.address]?.addresses ?? [String(side.address)];
  const known = named.filter((each) => endsOf([each]).every((end) => typeof end !== 'string'));
  if (side.not === undefined) return known;
  const own = known.filter((each) => family === undefined || (endsOf([each])[0] as Range).family === family);
  return (family === undefined ? ['0.0.0.0/0', '::/0'] : [family === 'ipv4' ? '0.0.0.0/0' : '::/0']).flatMap(
    (each) => rest(each, own),
  );
}

function portsOf(port: Data, aliases: Record<string, Data>): [number, number][] | undefined {
  if (port === undefined) return undefined;
  const named: string[] = aliases[port]?.addresses ?? [String(port)];
  return named.map((each) => {
    const [first = 0, last = first] = each.split(/[-:]/).map(Number);
    return [first, last];
  });
}
