import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from '@lastgood/domain/ports/git';
import {
  ensureCommitReverted,
  type RevertSeen,
  type RevertTarget,
} from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import { startGitHttpServer } from '@lastgood/testkit/servers/git-http-server';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitRepository } from './git-repository.ts';
import {
  closeGitWorlds,
  file,
  manifest,
  missing,
  type OpenWorld,
  openGitWorld,
  orWhyNot,
} from './git-world-harness.ts';

const never = new AbortController().signal;
let world: OpenWorld;
const target = (over: Partial<RevertTarget> = {}): RevertTarget => ({
  ...{ repository: 'deploy', branch: 'main', commit: world.bad, path: 'apps/web' },
  ...over,
});

async function look(of: RevertTarget, git: Git = world.git): Promise<RevertSeen> {
  const read = await git.readBranch(of, never);
  if (read.kind !== 'seen') throw new Error(read.reason);
  return read.seen;
}

/** Looks and acts until it is settled, as a run does. */
async function revert(of: RevertTarget, key = 'r1/0') {
  const step = { kind: 'ensure-commit-reverted' as const, ...of };
  const operation = { key, epoch: 1 };
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    const seen = await world.git.ensureCommitReverted.observe(step, operation, never);
    if (seen.kind !== 'seen') return { attempt, ended: seen };
    if (ensureCommitReverted.isDone(step, seen.seen)) return { attempt, ended: { kind: 'done' } };
    const ended = await world.git.ensureCommitReverted.apply(step, seen.seen, operation, never);
    if (ended.kind === 'refused') return { attempt, ended };
  }
  throw new Error('it never ended');
}

describe.skipIf(missing !== null)(`the real program${orWhyNot}`, () => {
  beforeEach(async () => {
    world = await openGitWorld();
  });
  afterEach(() => world.close());
  afterAll(closeGitWorlds);

  describe('a branch that moves', () => {
    it('at every attempt gets our revert once in the end, and loses nothing', async () => {
      let left = 4;
      const theirs: string[] = [];
      world.host.beforeEach(async (path) => {
        // Between the look and the push: once before the host is asked what it has, once before it takes what is sent.
        const isPush = path.endsWith(left % 2 === 0 ? 'service=git-receive-pack' : '/git-receive-pack');
        if (!isPush || left === 0) return;
        left -= 1;
        theirs.push(await world.real.commit({ [`notes/${left}`]: 'x' }, 'Note'));
      });
      const { attempt, ended } = await revert(target());
      expect([attempt, ended.kind]).toEqual([6, 'done']);
      const all = (await world.real.git('rev-list', 'main')).split('\n');
      expect(theirs.filter((one) => !all.includes(one))).toEqual([]);
      expect([theirs.length, await world.reverts(), await world.version()]).toEqual([4, 1, 'good']);
    });

    it('away from us by a rewrite is not overwritten', async () => {
      const seen = await look(target());
      await world.strangerRewrites();
      const step = { kind: 'ensure-commit-reverted' as const, ...target() };
      const sent = await world.git.ensureCommitReverted.apply(step, seen, { key: 'r1/0', epoch: 1 }, never);
      expect(sent.kind).toBe('retry');
      expect(await look(target())).toMatchObject({ contains: false });
    });
  });

  describe('what is undone', () => {
    it('is told with the commit before it, by which it can be brought back', async () => {
      const { since } = await look(target());
      expect(since).toBe(world.good);
      expect(await look(target({ since: world.good }))).not.toHaveProperty('since');
      expect((await revert(target({ since: world.good }))).ended.kind).toBe('done');
      expect(await world.version()).toBe('good');
      const back = target({ commit: world.good, since: world.bad });
      expect((await revert(back, 'r2/0')).ended.kind).toBe('done');
      expect(await world.version()).toBe('bad');
    });

    it('is the merge, seen from the branch it was merged into', async () => {
      const { real } = world;
      await real.git('branch', 'topic', world.good);
      await real.commit({ [file]: manifest('v3') }, 'Try v3', 'topic');
      await real.git('update-ref', 'refs/heads/main', world.good);
      await real.commit({ 'notes/a': 'x' }, 'Note');
      await real.work(['merge', '-q', '--no-ff', '-m', 'Merge v3', 'topic']);
      await real.git('fetch', '-q', '../work', '+HEAD:refs/heads/main');
      const commit = await real.git('rev-parse', 'main');
      expect((await real.git('rev-list', '--parents', '-n', '1', commit)).split(' ')).toHaveLength(3);
      expect(await real.read(file)).toBe(manifest('v3'));
      expect((await revert(target({ commit }))).ended.kind).toBe('done');
      expect([await real.read(file), await real.read('notes/a')]).toEqual([manifest('v1'), 'x']);
    });

    it('is every commit of the release within the path, and nothing beside it', async () => {
      const { real } = world;
      await real.commit({ 'apps/other/deployment.yaml': manifest('v8') }, 'Ship other v8');
      const commit = await real.commit({ [file]: manifest('v3'), 'apps/other/x': 'x' }, 'Ship v3');
      const seen = await look(target({ commit, since: world.good }));
      expect(seen).toMatchObject({ files: 1, elsewhere: 2, conflicts: [] });
      expect(seen.commits?.map(({ subject, author }) => [subject, author !== null])).toEqual([
        ['Ship v3', true],
        ['Ship v2', true],
      ]);
      expect(seen.names).toEqual([file]);
      expect((await revert(target({ commit, since: world.good }))).ended.kind).toBe('done');
      expect(await real.read(file)).toBe(manifest('v1'));
      expect(await real.read('apps/other/deployment.yaml')).toBe(manifest('v8'));
      expect(await real.git('log', '-1', '--format=%b', 'main')).toMatch(/- \w+ Ship v3\n- \w+ Ship v2/);
    });

    it('keeps what newer commits did on other lines of the same file', async () => {
      await world.real.commit({ [file]: `# who to call: ada\n\n\n\n${manifest('v2')}` }, 'Say who');
      expect((await revert(target())).ended.kind).toBe('done');
      expect(await world.real.read(file)).toBe(`# who to call: ada\n\n\n\n${manifest('v1')}`);
    });

    it('is the content of the path where the plan says restore', async () => {
      await world.strangerConflicts();
      expect((await look(target())).conflicts).toEqual([expect.stringMatching(/^\w+ Ship v3$/)]);
      expect((await revert(target({ restore: true }))).ended.kind).toBe('done');
      expect(await world.real.read(file)).toBe(manifest('v1'));
      expect(await world.real.git('log', '-1', '--format=%s', 'main')).toBe(
        `Restore apps/web as it was at ${world.good.slice(0, 12)}`,
      );
    });

    it('is never all of a service that was not there before', async () => {
      const commit = await world.real.commit({ 'apps/new/deployment.yaml': manifest('v1') }, 'Add new');
      expect(await world.git.readBranch(target({ commit, path: 'apps/new' }), never)).toMatchObject({
        kind: 'not-found',
        reason: expect.stringContaining('would take away all of it'),
      });
    });

    it('names Renovate, and whether it merges by itself', async () => {
      await world.real.commit({ 'renovate.json': '{"packageRules":[{"automerge": true}]}' }, 'Renovate');
      const [mover] = (await look(target())).movers ?? [];
      expect(mover).toMatchObject({ name: 'Renovate (renovate.json)', isAutomatic: true });
      await world.real.commit({ 'renovate.json': '{}' }, 'Renovate by hand');
      expect((await look(target())).movers).toMatchObject([{ isAutomatic: false }]);
    });
  });

  describe('a host that refuses', () => {
    it('a push by a rule of its own is told with its words', async () => {
      const hook = join(world.real.dir, 'hooks', 'pre-receive');
      await writeFile(hook, '#!/bin/sh\necho "main is protected: ask ada" >&2\nexit 1\n');
      await chmod(hook, 0o755);
      expect((await revert(target())).ended).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('main is protected: ask ada'),
        advice: expect.stringContaining('Let Lastgood push to main'),
      });
    });

    it('credentials is told without them, and gets them by no command line', async () => {
      world.host.behave('rejects');
      const git = world.open({ username: 'bot', password: 'sesame-77' });
      const read = await git.readBranch(target(), never);
      expect(read).toMatchObject({
        kind: 'unreachable',
        reason: expect.stringMatching(/Authentication failed/),
      });
      expect(JSON.stringify(read)).not.toContain('sesame');
      expect(world.host.seen.authorization).toContain(
        `Basic ${Buffer.from('bot:sesame-77').toString('base64')}`,
      );
      const folder = join(world.real.dir, '..', 'ours-1');
      const names = await readdir(folder, { recursive: true, withFileTypes: true });
      // The copy may lie where nothing can be executed, as in the /tmp of the compose file.
      for (const one of names.filter((found) => found.isFile()))
        expect((await stat(join(one.parentPath, one.name))).mode & 0o111, one.name).toBe(0);
      const texts = names
        .filter((one) => one.isFile())
        .map((one) => readFile(join(one.parentPath, one.name), 'utf8'));
      expect((await Promise.all(texts)).join('')).not.toContain('sesame');
    });

    it('whoever does not know them takes a push from who does', async () => {
      const host = await startGitHttpServer(join(world.real.dir, '..'), 'sésame: 77');
      try {
        const git = world.open({
          url: `${host.url}/repository.git`,
          username: 'bot',
          password: 'sésame: 77',
        });
        const operation = { key: 'r1/0', epoch: 1 };
        const step = { kind: 'ensure-commit-reverted' as const, ...target() };
        const sent = await git.ensureCommitReverted.apply(step, await look(target(), git), operation, never);
        expect([sent.kind, await world.version()]).toEqual(['applied', 'good']);
        const stranger = world.open({ url: `${host.url}/repository.git` });
        expect(await stranger.readBranch(target(), never)).toMatchObject({
          reason: expect.stringContaining('wants credentials'),
        });
      } finally {
        await host.close();
      }
    });

    it('to answer by ssh is given up in time, and nothing is left running', async () => {
      // A host that accepts and says nothing, where an ssh server should be.
      world.host.behave('silent');
      const { port } = new URL(world.host.url);
      const git = world.open({
        url: `ssh://git@127.0.0.1:${port}/repository.git`,
        knownHostsFile: '/dev/null',
      });
      expect(await git.readBranch(target(), never)).toMatchObject({ kind: 'unreachable' });
    });
  });

  describe('names from outside', () => {
    it('that are no branch are refused before anything is asked', async () => {
      const hostile = [
        '--upload-pack=touch /tmp/x',
        '-f',
        'a..b',
        'main:other',
        'a b',
        '',
        '*',
        'x.lock',
        'a\nb',
      ];
      for (const branch of hostile)
        expect(await world.git.readBranch(target({ branch }), never), branch).toMatchObject({
          kind: 'not-found',
          reason: expect.stringContaining('is no name of a branch'),
        });
      expect(world.host.seen.paths).toEqual([]);
    });

    it('that are no id of a commit are part of nothing', async () => {
      for (const commit of ['--all', 'HEAD', 'main', 'main^{/x}', ''])
        expect(await look(target({ commit })), commit).toMatchObject({ contains: false });
    });

    it('of a branch that is not there are told apart from a host that says nothing of use', async () =>
      expect(await world.git.readBranch(target({ branch: 'next' }), never)).toEqual({
        kind: 'not-found',
        reason: 'the repository has no such branch',
      }));
  });

  it('a copy that was damaged is made anew', async () => {
    await look(target());
    const [name = ''] = await readdir(join(world.real.dir, '..', 'ours-0'));
    const clone = join(world.real.dir, '..', 'ours-0', name, 'clone.git');
    await writeFile(join(clone, 'HEAD'), 'garbage');
    await world.git.readBranch(target(), never);
    expect(await look(target())).toMatchObject({ contains: true });
  });

  describe('two at once', () => {
    it('one that is called off does not wait for its turn, and sends nothing', async () => {
      const git = world.open({ timeoutMs: 20_000 });
      const seen = await look(target(), git);
      world.host.behave('silent');
      const stopFirst = new AbortController();
      let isFirstOver = false;
      const first = git.readBranch(target(), stopFirst.signal).finally(() => {
        isFirstOver = true;
      });
      const soon = AbortSignal.timeout(200);
      const step = { kind: 'ensure-commit-reverted' as const, ...target() };
      const sent = await git.ensureCommitReverted.apply(step, seen, { key: 'r1/0', epoch: 1 }, soon);
      expect(sent).toMatchObject({
        kind: 'retry',
        reason: expect.stringContaining('called off while others'),
      });
      expect(isFirstOver).toBe(false);
      stopFirst.abort();
      await first;
      world.host.behave('well');
      await look(target(), git);
      expect(await world.version()).toBe('bad');
    });

    it('replicas on one folder have a copy each, by the names of their hosts', async () => {
      await look(target());
      const [name = ''] = await readdir(join(world.real.dir, '..', 'ours-0'));
      expect(name).toMatch(new RegExp(`^[0-9a-f]{16}-${hostname().replace(/[^A-Za-z0-9-]/g, '_')}$`));
    });
  });

  it('without a folder the copy is a temporary one, and gone with the server', async () => {
    const git = createGitRepository({
      name: 'deploy',
      settings: { url: `${world.host.url}/repository.git` },
    });
    const copies = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('lastgood-git-'));
    const before = await copies();
    expect(await look(target(), git)).toMatchObject({ contains: true });
    const [made = ''] = (await copies()).filter((name) => !before.includes(name));
    expect((await stat(join(tmpdir(), made))).mode & 0o077).toBe(0);
    await git.close();
    expect(await copies()).not.toContain(made);
  });
});
