import { main, options } from './lib/main.ts';

const USAGE = `npm run help
  Lists the commands by what a person wants to do.`;

/** Every command of package.json, by what a person wants; a test holds the two together. */
export const COMMANDS: Record<string, Record<string, string>> = {
  'Try it': {
    start: 'the whole platform of sites/ in dist/, and the education app on this machine',
    dev: 'the app with reload, for work on its pages and its server',
    demo: 'fills the app with a school year of people, courses and questions',
  },
  'Build a platform': {
    synth: 'writes what the files of sites/ say into dist/',
    check: 'judges it by every law; --explain LAW says what one is for',
    whatif: 'what every failure does to each service, before it happens',
    diff: 'what a change means, for a reviewer',
    report: 'all of it on one page, to look at',
    image: 'the two images of the app',
    sbom: 'what the toolkit and both images are made of (CycloneDX)',
  },
  'Walk through it': {
    twin: 'the platform small on this machine, where plugs are pulled (root, Linux); --help says how',
  },
  'Run it': {
    deploy: 'brings a site to what the tree says: OpenStack, hosts, cluster; shows first what changes',
    outside: 'asks every public name as the world does, signs in, sends a file and reads it back',
    status: "each site's cluster against its tree: versions, drift, what is not ready, certificates",
    secrets: 'what a site needs and is in no tree, encrypted: says what is missing, makes it',
    certs: "the database's certificates: what is missing, issues it, replaces the authority",
    procedure: 'carries out a procedure of dist/<site>/plans/, and goes on after a cut',
    failover: 'goes on without a site, takes it back, hands its roles over',
    drain: 'takes a host, a machine or a site out for maintenance, where the platform can spare it',
    undrain: 'takes it back, and waits until all is whole again',
    upgrade: 'what may be upgraded to what, and why not further; carries one upgrade out, site by site',
    backup: 'lists backups, takes them now, tries them in a scratch place, brings the database back',
    migrate: "brings the app's database to the schema of this release",
  },
  'Change it': {
    test: 'what a clean clone can test in four minutes',
    lint: 'style, types, and who may import whom',
    format: 'mends the style',
    generate: 'all generated files that need no network; a test says when they are old',
    golden: 'renews charts/golden/ from sites/',
    bench: 'times and memory of synth and check',
    'bench:laws': 'the share of 1,000 mutants of the tree that a law notices',
    'bench:app': "the app's requests a second, and its latencies",
    'bench:pages': 'how long the pages take on a telephone with a bad line',
    'bench:markdown': 'the time that a text takes to be drawn',
  },
  'Test with real programs (root, Linux; .ci/packages lists what they need)': {
    'test:services': 'databases, stores, mail, Prometheus, images',
    'test:edge': 'HAProxy, Keepalived, bird and nftables between network namespaces',
    'test:browser': 'the pages in Chromium',
    'test:ceph': 'two Ceph zones',
    'test:cluster': 'an API server with its scheduler and controllers',
    'test:traefik': 'Traefik with the generated configuration',
    'test:twin': 'the twin, and what happens to it',
  },
  'Renew one kind of generated file': {
    laws: 'docs/laws.md',
    fixtures: 'what sites/fixtures/refused/ is answered',
    schemas: 'sites/schemas/ and their validators',
    client: 'the types of the API that the pages are written against',
    cdktf: 'what `cdktf synth` runs',
    provider: 'typings of the OpenStack provider',
    replacements: 'which changes of the provider replace a resource',
    'typings:rook': "typings of Rook's kinds",
    'schemas:kubernetes': "Kubernetes' schemas (asks the network)",
    'schemas:custom': 'schemas of custom resources (asks the network)',
    images: 'digests of images and charts (asks the registries)',
  },
};

/** The list as it is printed. */
export const page = (): string =>
  Object.entries(COMMANDS)
    .map(
      ([wish, commands]) =>
        `${wish}\n${Object.entries(commands)
          .map(([name, what]) => `  npm run ${name.padEnd(20)}${what}`)
          .join('\n')}\n`,
    )
    .join('\n');

if (import.meta.main) {
  await main(() => {
    options(USAGE, {});
    process.stdout.write(`${page()}\nEach answers --help.\n`);
    return 0;
  });
}
