import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Notification } from '@lastgood/domain/notification/notification';
import { exampleNotification, outgoing } from '@lastgood/testkit/contracts/notifier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, noCertificates, selfMadeCertificate } from './certificate-harness.ts';
import { notifiers } from './index.ts';

/* Every vendor of the list against a real TLS server whose certificate is made here: another try would meet the same one. */

const signal = () => new AbortController().signal;
const { facts } = exampleNotification;
if (!facts) throw new Error('the example has facts');
const from = { release: 42, version: 'v42', commit: '1f0c2a7b'.repeat(5) };
const released: Partial<Notification> = { kind: 'deployment_verified', facts: { ...facts, from } };
const suggested: Partial<Notification> = { kind: 'rollback_suggested', urgency: 'page' };

/** What a vendor needs to go to a server at a port of 127.0.0.1. */
const settingsOf: Record<string, (url: string, port: number) => Record<string, unknown>> = {
  webhook: (url) => ({ url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }),
  slack: (url) => ({ url: `${url}/api`, token: 'xoxb-1-2-abc', channel: 'C0INCIDENTS' }),
  'slack-webhook': (url) => ({ url: `${url}/services/T0/B0/x` }),
  teams: (url) => ({ url }),
  email: (_url, port) => ({
    ...{ host: '127.0.0.1', port, tls: 'from-start' },
    ...{ from: 'lastgood@example.com', to: ['ops@example.com'] },
  }),
  pagerduty: (url) => ({ url, routingKey: 'a'.repeat(32) }),
  opsgenie: (url) => ({ url, apiKey: 'abc' }),
  alertmanager: (url) => ({ urls: [url] }),
  github: (url) => ({ url, token: 'abc', repository: 'acme/shop' }),
  gitlab: (url) => ({ url, token: 'abc', project: 'acme/shop' }),
};

async function startServer(certificate: Certificate) {
  let requests = 0;
  const server = createServer(certificate, (_, response) => {
    requests += 1;
    response.writeHead(418).end('{}');
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, certificate, requests: () => requests },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe.skipIf(noCertificates !== null)(
  `a certificate that is not trusted${noCertificates ? ` (skipped: ${noCertificates})` : ''}`,
  () => {
    const servers: Awaited<ReturnType<typeof startServer>>[] = [];
    beforeAll(async () => {
      const made = [['IP:127.0.0.1'], ['DNS:receiver.example'], ['IP:127.0.0.1', -1]] as const;
      for (const [name, days] of made) servers.push(await startServer(selfMadeCertificate(name, days)));
    });
    afterAll(() => Promise.all(servers.map((server) => server.close())));

    /** @param trusted whether the certificate's authority is in the settings */
    async function ask(kind: string, which: number, trusted: boolean) {
      const [server, vendor] = [servers[which], notifiers.vendors.find((one) => one.kind === kind)];
      if (!server || !vendor) throw new Error(`${kind} ${which}`);
      const settings = settingsOf[kind]?.(`https://127.0.0.1:${server.port}`, server.port);
      const tlsCa = trusted ? { tlsCa: server.certificate.cert } : {};
      const notifier = vendor.create({ name: 'told', settings: { ...settings, ...tlsCa } });
      const before = server.requests();
      const told = notifier.hears === 'records' ? released : suggested;
      const delivery = await notifier.deliver(outgoing(told), signal());
      const fault = (await notifier.probe?.(null, signal())) ?? null;
      await notifier.close();
      return { delivery, fault, asked: server.requests() - before };
    }

    it('is met by every vendor of the list', () => {
      expect(Object.keys(settingsOf).toSorted()).toEqual(
        notifiers.vendors.map(({ kind }) => kind).toSorted(),
      );
    });

    describe.each(Object.keys(settingsOf))('%s', (kind) => {
      it.each([
        ['its authority is not known', 0, false, 'is self-signed and not known here'],
        ['it is for another name', 1, true, 'is for another name'],
        ['it has expired', 2, true, 'has expired'],
      ])('refuses where %s, and tells nothing', async (_why, which, trusted, words) => {
        const { delivery, fault, asked } = await ask(kind, which, trusted);
        expect(delivery).toEqual({ kind: 'refused', reason: expect.stringContaining(words) });
        expect(asked).toBe(0);
        // Teams and a webhook of Slack have nothing to ask without telling somebody.
        if (fault !== null)
          expect(fault).toMatchObject({ setting: 'tlsCa', advice: expect.stringMatching(/\.$/) });
        expect(fault === null).toBe(['webhook', 'slack-webhook', 'teams'].includes(kind));
      });

      // An HTTP server says no greeting of a mail server: that one has a test of its own.
      if (kind !== 'email')
        it('asks where its authority is configured', async () => {
          const { delivery, asked } = await ask(kind, 0, true);
          expect(asked).toBeGreaterThan(0);
          expect(delivery).toMatchObject({ reason: expect.stringContaining('418') });
        });
    });
  },
);
