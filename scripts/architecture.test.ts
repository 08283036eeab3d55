import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Family, families, familyNames } from '@lastgood/adapters';
import { checkKinds, stepContracts } from '@lastgood/domain';
import { describe, expect, test } from 'vitest';

/*
 * The house of docs/architecture.md, held against the source: who may import whom, and which words belong to one room.
 */
const root = join(import.meta.dirname, '..');

const rooms: Record<string, { may: string[] }> = {
  'packages/domain': { may: [] },
  'packages/engine': { may: ['domain'] },
  'packages/adapters': { may: ['domain'] },
  'packages/store': { may: ['domain'] },
  'packages/api-client': { may: [] },
  'packages/sandbox': { may: [] },
  'apps/server': { may: ['domain', 'engine', 'adapters', 'store', 'sandbox'] },
  'apps/web': { may: ['api-client'] },
  'apps/cli': { may: ['api-client', 'domain'] },
};

interface Source {
  path: string;
  text: string;
}

function sourcesOf(room: string): Source[] {
  return globSync(`${room}/src/**/*.{ts,tsx}`, { cwd: root })
    .filter((path) => !/\.test\.tsx?$|\/generated\/|-harness\.tsx?$/.test(path))
    .map((path) => ({
      path: relative(root, join(root, path)),
      text: stripComments(readFileSync(join(root, path), 'utf8')),
    }));
}

/** Comments may name what code may not. */
function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function importsOf({ text }: Source): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

/** The file that an import names, from the root; of a package its name. */
function resolved({ path }: Source, target: string): string {
  return target.startsWith('.')
    ? join(dirname(path), target)
    : target.replace('@lastgood/adapters', 'packages/adapters/src');
}

function offenders(sources: readonly Source[], wrong: (source: Source) => string | null): string[] {
  return sources.flatMap((source) => {
    const found = wrong(source);
    return found === null ? [] : [`${source.path}: ${found}`];
  });
}
/** Every file of a room with those of the room that it imports. */
function importGraph(room: string): Map<string, string[]> {
  const files = globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }).filter(
    (path) => !/\/(node_modules|generated|dist)\//.test(path),
  );
  const known = new Set(files);
  return new Map(
    files.map((path) => {
      const text = stripComments(readFileSync(join(root, path), 'utf8'));
      const imports = importsOf({ path, text }).map((target) => join(dirname(path), target));
      return [path, imports.filter((target) => known.has(target))];
    }),
  );
}

/** Groups of files that reach one another: Tarjan's strongly connected components of more than one file. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const [order, low] = [new Map<string, number>(), new Map<string, number>()];
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push(circle);
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** A folder and those in it are one room: `rollback` and `rollback/ways`, `verification` and `verification/checks`. */
const folderOf = (path: string) => path.replace('packages/domain/src/', '').split('/').slice(0, -1)[0] ?? '.';

const word = (pattern: RegExp) => (source: Source) => pattern.exec(source.text)?.[0] ?? null;

describe('every room imports only what the star allows', () => {
  test.each(Object.entries(rooms))('%s', (room, { may }) => {
    const sources = sourcesOf(room);
    expect(sources.length).toBeGreaterThan(0);
    const allowed = new Set([...may, room.split('/')[1]]);
    const wrong = offenders(sources, (source) => {
      const foreign = importsOf(source).find((path) => {
        const name = /^@lastgood\/([^/]+)/.exec(path)?.[1];
        return (name !== undefined && !allowed.has(name)) || /^(\.\.\/)+(packages|apps)\//.test(path);
      });
      return foreign ?? null;
    });
    expect(wrong).toEqual([]);
  });
});

test('the command sees the domain only to test triggers offline: what a server knows it asks the server', () => {
  const outside = sourcesOf('apps/cli').filter(({ path }) => !path.startsWith('apps/cli/src/trigger-test/'));
  expect(outside.length).toBeGreaterThan(10);
  const knows = ({ path, text }: Source) =>
    importsOf({ path, text }).find((target) => target.startsWith('@lastgood/domain')) ?? null;
  expect(offenders(outside, knows)).toEqual([]);
  const inside = sourcesOf('apps/cli').filter((source) => !outside.some(({ path }) => path === source.path));
  const other = inside
    .flatMap(importsOf)
    .filter((target) => /^@lastgood\/(?!domain\/tri(al|gger)\/)/.test(target));
  expect(other).toEqual([]);
});

describe('words that belong to one room', () => {
  const domain = sourcesOf('packages/domain');
  const engine = sourcesOf('packages/engine');
  const adapters = sourcesOf('packages/adapters');
  const store = sourcesOf('packages/store');
  const server = sourcesOf('apps/server');
  const web = sourcesOf('apps/web');

  test('the domain imports no package but the one its schemas are written in, and no node module', () => {
    const foreign = (path: string) => !path.startsWith('.') && !['typebox', 'typebox/value'].includes(path);
    expect(offenders(domain, (source) => importsOf(source).find(foreign) ?? null)).toEqual([]);
  });
  test('no noun of the domain knows a port', () => {
    const nouns = domain.filter(({ path }) => !/src\/(ports\/|index\.ts)/.test(path));
    expect(
      offenders(nouns, (source) => importsOf(source).find((path) => /\/ports\//.test(path)) ?? null),
    ).toEqual([]);
  });
  test('ports hold functions: interfaces of them, or the type of one', () => {
    const ports = domain.filter(({ path }) => path.startsWith('packages/domain/src/ports/'));
    expect(ports.length).toBeGreaterThan(10);
    const noun = /^export (?!interface |type \w+(<[^>]*>)? = \().*/m;
    expect(offenders(ports, word(noun))).toEqual([]);
  });
  test('the domain neither awaits nor asks for time or chance', () => {
    expect(
      offenders(
        domain,
        word(/\bawait\b|new Date\(|Date\.now|Math\.random|randomUUID|setTimeout|performance\./),
      ),
    ).toEqual([]);
  });
  test('the engine takes time and ids as arguments', () => {
    expect(
      offenders(
        engine,
        word(/new Date\(|Date\.now|Math\.random|randomUUID|setTimeout|AbortSignal\.timeout|performance\./),
      ),
    ).toEqual([]);
  });
  test('whatever makes a page is held to the kinds that may be one', () => {
    const pages = /\burgency(:| =) [^=\n]*'page'/;
    // What may be one is the first's to say; the second makes what is only asked where it would go.
    const others = [...domain, ...sourcesOf('packages/engine')].filter(
      ({ path }) => !/notification\/(notification|told-places)\.ts$/.test(path),
    );
    expect(
      offenders(others, ({ text }) =>
        /MadeNotification|Urged|runNotification|toldNeverBegun/.test(text)
          ? null
          : (pages.exec(text)?.[0] ?? null),
      ),
    ).toEqual([]);
  });

  test('nobody uses setInterval where a loop could overlap itself', () => {
    expect(
      offenders([...domain, ...engine, ...adapters, ...store, ...server], word(/\bsetInterval\b/)),
    ).toEqual([]);
  });
  test('only the entries read the environment', () => {
    const others = [...domain, ...engine, ...adapters, ...store, ...server].filter(
      ({ path }) =>
        ![
          'apps/server/src/main.ts',
          'apps/server/src/ask-alive.ts',
          'packages/store/src/embedded/unprivileged.ts',
        ].includes(path),
    );
    expect(offenders(others, word(/process\.env/))).toEqual([]);
  });
  test("only the store, its embedded server and what speaks to somebody else's PostgreSQL know pg and Prisma", () => {
    const outside = 'packages/adapters/src/postgres/';
    const others = [...engine, ...adapters.filter(({ path }) => !path.startsWith(outside)), ...server];
    expect(
      offenders(others, (source) => importsOf(source).find((path) => /^(pg|@prisma)/.test(path)) ?? null),
    ).toEqual([]);
  });
  test('only adapters know the Kubernetes client and the PromQL grammar', () => {
    const others = [...engine, ...store, ...server];
    expect(
      offenders(
        others,
        (source) => importsOf(source).find((path) => /^@kubernetes|lezer-promql/.test(path)) ?? null,
      ),
    ).toEqual([]);
  });
  test('the web opens one socket, in one place, and fetches only through the client', () => {
    const opening = web.filter(({ text }) => /new WebSocket\(/.test(text)).map(({ path }) => path);
    expect(opening.length).toBeLessThanOrEqual(1);
    expect(offenders(web, word(/(?<![.\w])fetch\(/))).toEqual([]);
  });
});

describe('kinds are asked for their properties, never for their names', () => {
  const rollback = 'packages/domain/src/rollback';
  const checks = 'packages/domain/src/verification/checks';
  const sources = Object.keys(rooms)
    .filter((room) => !/sandbox|api-client/.test(room))
    .flatMap(sourcesOf);
  const stepKinds = stepContracts.map(({ kind }) => kind).join('|');
  const checkTypes = checkKinds.map(({ type }) => type).join('|');

  /**
   * What may name a step, and in which form only: who puts it into a plan, who types a port, the list of effects, and the
   * family that passes an effect on to the entry it names.
   */
  const namings = [
    { where: `${rollback}/(ways/|compose-plan.ts$)`, form: `\\bkind: '(${stepKinds})'` },
    {
      where: `(${rollback}/need.ts|packages/domain/src/ports/.*)$`,
      form: `(StepOf|StepEffect)<'(${stepKinds})'>|SeenByKind\\['(${stepKinds})'\\]`,
    },
    {
      where: 'packages/engine/src/rollback/apply-step.ts$',
      form: `^  '?(${stepKinds})'?: \\{|\\{ \\[K in StepKind\\]: Entry<K> \\}`,
    },
    // A command that is called the same as a step.
    { where: 'apps/cli/src/commands/notify.ts$', form: `^  name: 'notify'` },
    {
      where: 'packages/adapters/src/[^/]+/(index|join-clusters|join-traffic).ts$',
      form: `\\beffect\\('(${stepKinds})'`,
    },
  ];
  function namedStep({ path, text }: Source): string | null {
    if (new RegExp(`^${rollback}/contracts/(${stepKinds}).ts$`).test(path)) return null;
    const forms = namings.filter(({ where }) => new RegExp(`^${where}`).test(path));
    const rest = forms.reduce((left, { form }) => left.replace(new RegExp(form, 'gm'), ''), text);
    // How long each kind took is no table of what is done with it.
    const named = new RegExp(`['"\`](${stepKinds})['"\`]|in StepKind\\b|Record<StepKind, (?!number)`);
    return named.exec(rest)?.[0] ?? null;
  }
  /** Vendors and schemes are called the same as kinds of checks, so only what tells one kind from another is looked for. */
  function namedCheck({ path, text }: Source): string | null {
    if (new RegExp(`^${checks}/(${checkTypes}).ts$`).test(path)) return null;
    const quoted = `['"\`](${checkTypes})['"\`]`;
    const told = `[!=]==? ?${quoted}|${quoted} ?[!=]==|case ${quoted}|${quoted}\\]?:|(?<![\\w)>])\\[${quoted}|in CheckType\\b|Record<CheckType`;
    return new RegExp(told).exec(text)?.[0] ?? null;
  }

  test('of steps', () => expect(offenders(sources, namedStep)).toEqual([]));
  test('of checks', () => expect(offenders(sources, namedCheck)).toEqual([]));
  test.each([
    [`${rollback}/ways/canary/steps.ts`, "if (step.kind === 'set-weight') return;"],
    [`${rollback}/compose-plan.ts`, "case 'verify':"],
    [`${rollback}/need.ts`, "const names = { 'set-flag': 'a flag' };"],
    ['packages/domain/src/ports/traffic.ts', "if (kind !== 'set-weight') return;"],
    ['packages/engine/src/rollback/apply-step.ts', "if (step.kind === 'notify') return;"],
    ['packages/engine/src/rollback/work.ts', 'const words: Record<StepKind, string> = words;'],
    ['packages/adapters/src/flags/one/flag.ts', "step.kind === 'set-flag'"],
    ['apps/cli/src/main.ts', "if (step.kind === 'verify') return;"],
  ])('a step that is told by its name in %s is found', (path, text) =>
    expect(namedStep({ path, text })).not.toBeNull(),
  );
  test.each([
    "check.type !== 'kubernetes'",
    "case 'http': return;",
    "if (['http', 'kubernetes'].includes(check.type)) return;",
    "const words = { 'prometheus': 'a query' };",
    'const words: Record<CheckType, string> = {};',
  ])('a check that is told by its name is found: %s', (text) =>
    expect(namedCheck({ path: `${rollback}/checks-of.ts`, text })).not.toBeNull(),
  );
});

describe('a vendor is one folder and one line in its family', () => {
  const listed: Family[] = familyNames.map((name) => families[name]);
  const folders = globSync('packages/adapters/src/*/index.ts', { cwd: root }).map(dirname);

  test.each(folders)('%s lists the folders it has', async (folder) => {
    const module: Record<string, Family> = await import(join(root, folder, 'index.ts'));
    const lists = Object.values(module).filter((one) => listed.includes(one));
    expect(lists).toHaveLength(1);
    const kinds = lists.flatMap(({ vendors }) => vendors.map(({ kind }) => kind));
    const there = readdirSync(join(root, folder), { withFileTypes: true }).filter((one) => one.isDirectory());
    expect(kinds.sort()).toEqual(there.map(({ name }) => name).sort());
  });
  test('every family has a folder', () => {
    expect(folders).toHaveLength(listed.length);
  });
  test('a notifier is imported on one line of one list, and its folder by no other', () => {
    const folder = 'packages/adapters/src/notifiers';
    const kinds = families.notifiers.vendors.map(({ kind }) => kind);
    const importers = Object.keys(rooms)
      .flatMap(sourcesOf)
      .flatMap((source) =>
        importsOf(source).map((target) => ({ from: source.path, to: resolved(source, target) })),
      );
    for (const kind of kinds) {
      const inside = `${folder}/${kind}/`;
      const outside = importers.filter(({ from, to }) => to.startsWith(inside) && !from.startsWith(inside));
      const others = outside.filter(({ from }) => from !== `${folder}/vendors.ts`);
      expect(outside.length - others.length, kind).toBe(1);
      // An incoming webhook of Slack shows what Slack shows.
      expect(
        others.filter(({ from }) => kind !== 'slack' || !from.startsWith(`${folder}/slack-webhook/`)),
      ).toEqual([]);
    }
  });
  test('nothing but its folder names a notifier', () => {
    const kinds = families.notifiers.vendors.map(({ kind }) => kind);
    const folder = 'packages/adapters/src/notifiers';
    const others = Object.keys(rooms)
      .filter((room) => room !== 'packages/adapters' && room !== 'packages/sandbox')
      .flatMap(sourcesOf);
    const beside = sourcesOf('packages/adapters').filter(({ path }) => dirname(path) === folder);
    expect(beside.length).toBeGreaterThan(5);
    expect(offenders([...others, ...beside], word(new RegExp(`['"\`](${kinds.join('|')})['"\`]`)))).toEqual(
      [],
    );
  });
  test('the server imports families and no vendor', () => {
    const wrong = offenders(
      sourcesOf('apps/server'),
      (source) =>
        importsOf(source).find(
          (path) =>
            path.startsWith('@lastgood/adapters') && !/^@lastgood\/adapters(\/[^/]+\/index)?$/.test(path),
        ) ?? null,
    );
    expect(wrong).toEqual([]);
  });
  test('what reads the configuration and opens the outside names no vendor', () => {
    const kinds = listed.flatMap(({ vendors }) => vendors.map(({ kind }) => kind));
    expect(kinds).toContain('prometheus');
    const rooms = sourcesOf('apps/server').filter(({ path }) =>
      /src\/(config|outside|health|catalog)\//.test(path),
    );
    expect(rooms.length).toBeGreaterThan(10);
    expect(offenders(rooms, word(new RegExp(`['"](${kinds.join('|')})['"]`)))).toEqual([]);
  });
});

describe('files that import one another are one file, or one of them is in the wrong room', () => {
  const all = [...Object.keys(rooms), 'packages/testkit', 'e2e', 'bench', 'scripts'];
  test.each(all)('no circle in %s', (room) => {
    const circles = circlesIn(importGraph(room)).map((files) => files.join(' '));
    expect(circles).toEqual([]);
  });

  test('a folder of the domain that uses another is not used by it', () => {
    const pairs = new Set<string>();
    const isPart = (file: string) => !file.endsWith('.test.ts') && file !== 'packages/domain/src/index.ts';
    for (const [file, imports] of [...importGraph('packages/domain')].filter(([file]) => isPart(file)))
      for (const other of imports) pairs.add(`${folderOf(file)} ${folderOf(other)}`);
    const both = [...pairs].filter((pair) => {
      const [from = '', to = ''] = pair.split(' ');
      return from < to && pairs.has(`${to} ${from}`);
    });
    expect(both).toEqual([]);
  });
});
