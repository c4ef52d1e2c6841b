import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { identities } from '#constructs/platform/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { run } from '../run.ts';
import { issue, makeAuthority } from './x509.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-go-x509-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * What a program in Go does with the files: CockroachDB, kubeadm and Prometheus are. It loads each pair and opens a connection of TLS by
 * it, under every name, with the authorities of `ca.crt`, whichever of two of one name comes first.
 */
const PROGRAM = `package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	bundle, err := os.ReadFile(os.Args[1])
	check(err)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(bundle) {
		check(fmt.Errorf("no authority"))
	}
	pair, err := tls.LoadX509KeyPair(os.Args[2]+".crt", os.Args[2]+".key")
	check(err)
	client, err := tls.LoadX509KeyPair(os.Args[3]+".crt", os.Args[3]+".key")
	check(err)
	for _, name := range os.Args[4:] {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		near, err := net.Dial("tcp", listener.Addr().String())
		check(err)
		far, err := listener.Accept()
		check(err)
		for _, end := range []net.Conn{near, far} {
			check(end.SetDeadline(time.Now().Add(10 * time.Second)))
		}
		server := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots})
		done := make(chan error, 1)
		go func() { done <- server.Handshake() }()
		check(tls.Client(near, &tls.Config{ServerName: name, RootCAs: roots, Certificates: []tls.Certificate{client}}).Handshake())
		check(<-done)
		fmt.Println(name, server.ConnectionState().PeerCertificates[0].Subject.CommonName)
	}
}
`;

itJudged(
  'go',
  'Go opens TLS by each pair, under each name, with either of two authorities first',
  async () => {
    const now = new Date();
    const [old, next] = [
      await makeAuthority('fredu database', { now }),
      await makeAuthority('fredu database', { now }),
    ];
    writeFileSync(join(folder, 'both.crt'), old.certificate + next.certificate);
    writeFileSync(join(folder, 'turned.crt'), next.certificate + old.certificate);
    writeFileSync(join(folder, 'next.crt'), next.certificate);
    writeFileSync(join(folder, 'go.mod'), 'module check\n');
    writeFileSync(join(folder, 'main.go'), PROGRAM);
    const built = await run(['go', 'build', '-o', 'check', '.'], { cwd: folder, timeoutSeconds: 300 });
    expect(built, built.stderr).toMatchObject({ code: 0 });
    const all = identities(threeSites());
    const user = all.find(({ id }) => id === 'education')!;
    const put = async (name: string, identity: (typeof all)[number], by: typeof old) => {
      const { certificate, key } = await issue(identity, { by, now });
      writeFileSync(join(folder, `${name}.crt`), certificate);
      writeFileSync(join(folder, `${name}.key`), key);
    };
    await put('user', user, old);
    const check = (bundle: string, server: string, names: readonly string[]) =>
      run([join(folder, 'check'), bundle, server, 'user', ...names], { cwd: folder, timeoutSeconds: 60 });
    for (const [index, server] of all.filter(({ usages }) => usages.includes('server')).entries()) {
      await put(String(index), server, index % 2 === 0 ? old : next);
      const names = [...server.names, ...server.addresses];
      for (const bundle of ['both.crt', 'turned.crt']) {
        const seen = await check(bundle, String(index), names);
        expect(seen, `${server.id} by ${bundle}: ${seen.stdout}`).toMatchObject({ code: 0 });
        expect(seen.stdout).toBe(names.map((name) => `${name} education\n`).join(''));
      }
    }
    expect((await check('next.crt', '1', ['localhost'])).code).toBe(1);
    expect((await check('both.crt', '0', ['db.old'])).stdout).toMatch(
      /certificate is valid for .*not db\.old/,
    );
  },
);
