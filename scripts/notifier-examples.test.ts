import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { families } from '@lastgood/adapters';
import type { ServiceRoute } from '@lastgood/domain';
import { loadConfig } from '@lastgood/server/config/load-config';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { notifierSecrets } from './notifier-secrets.ts';

/*
 * Every example of a notifier and of a route that these pages and files show is loaded as the server loads it, and what a route calls a
 * place is one for its kind: of Slack the ID of a channel, never its name.
 */
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'lastgood-notifiers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Written {
  notifiers?: { kind: string; name: string }[];
  notifications?: { routes: ServiceRoute[] };
  /** Of a service. */
  notify?: ServiceRoute[];
}

const pages = [
  ...[
    'README.md',
    'apps/server/README.md',
    'apps/cli/README.md',
    'examples/lastgood.yaml',
    'examples/checkout.yaml',
  ],
  ...globSync('packages/adapters/src/notifiers/*/README.md', { cwd: root }),
];

/** All that a page shows of it, together: a later example names what an earlier one made. */
function writtenIn(page: string): Required<Written> {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = page.endsWith('.yaml')
    ? [text]
    : [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, one]) => one);
  const read = blocks.flatMap((block) =>
    parseAllDocuments(block ?? '').map((document) => (document.toJS() ?? {}) as Written),
  );
  return {
    notifiers: read.flatMap(({ notifiers = [] }) => (Array.isArray(notifiers) ? notifiers : [])),
    notifications: { routes: read.flatMap(({ notifications }) => notifications?.routes ?? []) },
    notify: read.flatMap(({ notify = [] }) => notify),
  };
}

/** How a kind writes a place, where it has a form of its own. */
const places: Record<string, RegExp> = {
  slack: /^[CGD][A-Z0-9]{6,30}$/,
  email: /^[^\s@,]+@[^\s@,]+(, [^\s@,]+@[^\s@,]+)*$/,
};
/** What the notifiers are that a page names and another one makes. */
const elsewhere: Record<string, string> = {
  oncall: 'pagerduty',
  'on-call': 'pagerduty',
  chat: 'slack',
  mail: 'email',
};

describe.each(pages)('%s', (page) => {
  const { notifiers, notifications, notify } = writtenIn(page);

  it('shows notifiers and routes that the server takes', () => {
    // A service's declaration names notifiers and makes none.
    if (notifiers.length === 0) return expect(notify).not.toEqual([]);
    const path = join(folder, 'lastgood.yaml');
    writeFileSync(path, stringify({ notifiers, notifications }));
    const env = {
      LASTGOOD_CONFIG: path,
      DATABASE_URL: 'postgresql://127.0.0.1/lastgood',
      ...notifierSecrets,
    };
    const config = loadConfig({ env, cwd: folder, pid: 1 });
    expect(config.notifiers.map(({ name }) => name)).toEqual(notifiers.map(({ name }) => name));
    expect(config.notifications.routes).toHaveLength(notifications.routes.length);
  });

  it('shows places as their kind writes them', () => {
    for (const { to, fallback = [] } of [...notifications.routes, ...notify])
      for (const { notifier, to: place } of [...to, ...fallback]) {
        const kind = notifiers.find(({ name }) => name === notifier)?.kind ?? elsewhere[notifier];
        expect(kind, notifier).toBeDefined();
        if (place !== undefined) expect(place).toMatch(places[kind ?? ''] ?? /./);
      }
  });
});

it('is shown of every kind on its own page, and all of them are named in the page of the configuration', () => {
  const kinds = families.notifiers.vendors.map(({ kind }) => kind);
  const shown = writtenIn('apps/server/README.md').notifiers.map(({ kind }) => kind);
  expect(shown.toSorted()).toEqual(kinds.toSorted());
  for (const kind of kinds) {
    const own = writtenIn(`packages/adapters/src/notifiers/${kind}/README.md`).notifiers;
    expect(own.map((one) => one.kind)).toContain(kind);
    expect(readFileSync(join(root, 'apps/server/README.md'), 'utf8')).toContain(
      `notifiers/${kind}/README.md`,
    );
  }
});
