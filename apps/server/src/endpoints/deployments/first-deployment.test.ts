import { beforeAll, describe, expect, test } from 'vitest';
import { useEndpoints, web } from '../endpoints-harness.ts';

const { ask, clock, restart, rollout, sources, work } = useEndpoints();

beforeAll(async () => {
  rollout.cluster.create(web, { app: 'registry/web:v1' });
  await ask('PUT', '/services/main/shop/web', {});
});

describe('a bad deployment as the very first act', () => {
  let bad: string;

  test('is registered once, however often it is sent, also after a restart', async () => {
    const input = { service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } };
    const first = await ask('POST', '/deployments', input, 'build-7');
    expect(first.statusCode).toBe(201);
    const second = await ask('POST', '/deployments', input, 'build-7');
    expect(second.body).toBe(first.body);
    bad = first.json().id;
    expect(first.json()).toMatchObject({ release: 2, status: 'in_progress', watched: true });

    await restart();
    const third = await ask('POST', '/deployments', input, 'build-7');
    expect(third.statusCode).toBe(201);
    expect(third.body).toBe(first.body);
    expect((await ask('POST', '/deployments', { ...input, version: 'v3' }, 'build-7')).statusCode).toBe(422);
    expect((await ask('GET', '/deployments?service=main/shop/web')).json().items).toHaveLength(2);
  });

  test('is completed by its pipeline and seen on the screens', async () => {
    rollout.cluster.deploy(web, { app: 'registry/web:v2' });
    const answer = await ask('PATCH', `/deployments/${bad}`, { status: 'completed' });
    expect(answer.json()).toMatchObject({ status: 'completed', watched: true });
    const late = await ask('PATCH', `/deployments/${bad}`, { status: 'failed' });
    expect(late.statusCode).toBe(409);

    const now = (await ask('GET', '/now')).json();
    expect(now.watched).toMatchObject([{ deploymentId: bad, standing: { state: 'starting' }, release: 2 }]);
    const view = (await ask('GET', `/deployments/${bad}`)).json();
    expect(view).toMatchObject({ targetProblem: null, target: { release: 1, proof: 'presumed_good' } });
    expect(view.triggers.map((trigger: { name: string }) => trigger.name)).toContain('high_error_rate');
    const readings = (await ask('GET', `/deployments/${bad}/readings`)).json();
    expect(readings.series[0]).toMatchObject({ points: [] });
    const proof = (await ask('GET', `/deployments/${bad}/proof`)).json();
    expect(proof).toMatchObject({ proof: 'pending', decidedAt: null, checks: [], runId: null });
    expect(proof.triggers.find(({ name }: { name: string }) => name === 'high_error_rate')).toMatchObject({
      decides: true,
      worst: null,
    });
  });

  test('lists what it can be taken back to, and compares any two releases', async () => {
    const listed = (await ask('GET', `/deployments/${bad}/targets`)).json();
    expect(listed).toMatchObject({ deployment: { deploymentId: bad, release: 2 }, more: 0, trouble: null });
    expect(listed.targets).toMatchObject([
      {
        release: { release: 1, version: 'v1' },
        ...{ chosen: true, good: true, label: 'presumed good', allowed: true, whyNot: null },
        differs: 'image v2 → v1',
        image: { state: 'seen', sentence: expect.stringContaining('not known') },
      },
    ]);
    const good = listed.targets[0].release.deploymentId;
    const image = { aspect: 'image', path: 'container app', kind: 'changed', hidden: false };
    const change = { ...image, before: 'registry/web:v2', after: 'registry/web:v1' };
    const back = (await ask('GET', `/deployments/${bad}/compare/${good}`)).json();
    expect(back).toMatchObject({
      ...{ from: { release: 2 }, to: { release: 1 } },
      changes: { items: [change], more: 0, unknown: [], sentence: 'image v2 → v1' },
      commits: { from: { commit: null, url: null }, compareUrl: null },
    });
    const forth = (await ask('GET', `/deployments/${good}/compare/${bad}`)).json();
    expect(forth.changes.items).toEqual([{ ...change, before: change.after, after: change.before }]);
    const { plan } = (await ask('GET', `/deployments/${bad}/plan`)).json();
    expect(plan).toMatchObject({ changes: back.changes, commits: back.commits, expected: { from: 'prior' } });
    for (const path of ['x/targets', `${bad}/compare/x`, `x/compare/${bad}`])
      expect((await ask('GET', `/deployments/${path}`)).statusCode).toBe(404);
  });

  test('bears the links of its service and triggers, filled in, and where its commit is shown', async () => {
    const { declaration } = (await ask('GET', '/services/main/shop/web')).json();
    const trigger = {
      ...{ name: 'own', query: 'up', threshold: 1, comparison: 'less_than', forDuration: 60 },
      ...{ severity: 'log_only', links: [{ title: 'logs', url: 'https://logs.example.com/?q=$TRIGGER' }] },
    };
    const linked = {
      links: [{ title: 'runbook', url: 'https://wiki.example.com/$NAMESPACE/$SERVICE?v=$VERSION' }],
      commitUrl: 'https://git.example.com/commit/{commit}',
      triggers: [trigger],
    };
    const put = await ask('PUT', '/services/main/shop/web', { ...declaration, ...linked });
    expect(put.statusCode).toBe(200);
    const runbook = { title: 'runbook', url: 'https://wiki.example.com/shop/web?v=v2' };
    const logs = { title: 'logs', url: 'https://logs.example.com/?q=own' };
    const view = (await ask('GET', `/deployments/${bad}`)).json();
    expect(view).toMatchObject({ links: [runbook], commitUrl: null });
    expect(view.triggers.find(({ name }: { name: string }) => name === 'own').links).toEqual([logs]);
    expect((await ask('GET', '/now')).json().watched[0].links).toContainEqual(runbook);
    expect((await ask('GET', '/services/main/shop/web')).json().links).toEqual([runbook]);
    const wrong = {
      links: [{ title: 'x', url: 'javascript:alert(1)' }],
      commitUrl: 'https://git.example.com/',
      triggers: [{ ...trigger, links: [{ title: 'x', url: 'https://$VERSION.example.com' }] }],
    };
    const refused = await ask('PUT', '/services/main/shop/web', { ...declaration, ...wrong });
    expect(
      refused
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual([...['/commitUrl', '/links/0/url', '/triggers/0/links/0/url']]);
    await ask('PUT', '/services/main/shop/web', declaration);
  });

  test('shows what the button would do, and does it', async () => {
    const preview = (await ask('GET', `/deployments/${bad}/plan`)).json();
    expect(preview.refusals).toEqual([]);
    expect(preview.plan).toMatchObject({ from: { release: 2 }, target: { release: 1 } });

    const pressed = await ask('POST', `/deployments/${bad}/rollback`, { startsInSeconds: 30 }, 'click-1');
    expect(pressed.statusCode).toBe(202);
    const runId = pressed.json().id;
    expect((await ask('GET', `/runs/${runId}`)).json().actions).toMatchObject({
      undo: { allowed: true },
      resume: { allowed: false, whyNot: expect.stringContaining('not begun') },
      stop: { allowed: true, leavesBehind: expect.stringContaining('Nothing was changed') },
    });
    const joined = await ask('POST', `/deployments/${bad}/rollback`, {});
    expect(joined.json().id).toBe(runId);
    const other = await ask('POST', `/deployments/${bad}/rollback`, { target: bad });
    expect(other.statusCode).toBe(409);
    expect((await ask('POST', `/runs/${runId}/resume`)).statusCode).toBe(409);
    sources.report('metrics', 'main', { up: false, reason: 'timed out' }, clock.now());
    for (const screen of [`/runs/${runId}`, '/services/main/shop/web', `/deployments/${bad}`]) {
      const { trouble } = (await ask('GET', screen)).json();
      expect(trouble).toEqual(['Prometheus main does not answer: timed out']);
    }
    expect((await ask('POST', `/runs/${runId}/undo`)).json().status).toBe('cancelled');
    expect((await ask('GET', `/runs/${runId}`)).json().trouble).toEqual([]);
    sources.report('metrics', 'main', { up: true }, clock.now());

    const again = await ask('POST', `/deployments/${bad}/rollback`, { reason: 'errors' });
    await work();
    const record = (await ask('GET', `/runs/${again.json().id}`)).json();
    expect(record.run).toMatchObject({ status: 'done', verdict: 'passed', reason: 'errors' });
    expect(record.steps.every((step: { status: string }) => step.status === 'applied')).toBe(true);
    expect(record.timeline.length).toBeGreaterThan(3);
    const edited = await ask('PATCH', `/runs/${again.json().id}`, { reason: 'Errors after v2.' });
    expect(edited.json().reason).toBe('Errors after v2.');
    const { timeline } = (await ask('GET', `/runs/${again.json().id}`)).json();
    expect(timeline.at(-1)).toMatchObject({
      type: 'rollback.reason-edited',
      text: 'dashboard wrote the reason of the rollback anew',
    });
    expect((await ask('POST', `/runs/${again.json().id}/sign`)).statusCode).toBe(409);
    expect((await ask('GET', `/runs/${again.json().id}`)).json().run.requester.name).toBe('dashboard');
  });

  test('is held until a person releases it', async () => {
    const input = { service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } };
    const refused = await ask('POST', '/deployments', input, 'build-8');
    expect(refused.statusCode).toBe(409);
    expect(refused.json().type).toBe('urn:lastgood:problem:held');
    const { holdId } = refused.json();
    expect((await ask('GET', '/services/main/shop/web')).json().holds).toMatchObject([{ id: holdId }]);
    const released = (await ask('POST', `/holds/${holdId}/release`)).json();
    expect(released).toMatchObject({ releasedBy: 'dashboard', release: 2, version: 'v2' });
    const undone = (await ask('POST', `/holds/${holdId}/undo-release`)).json();
    expect(undone).toMatchObject({ releasedAt: null, releasedBy: null, undoReleaseUntil: null });
    const again = (await ask('POST', `/holds/${holdId}/release`)).json();
    expect(Date.parse(again.undoReleaseUntil) - Date.parse(again.releasedAt)).toBe(10_000);
    expect((await ask('POST', '/deployments', input, 'build-8')).statusCode).toBe(201);
  });

  test('is cancelled when it is stopped before its first change', async () => {
    const input = { service: 'main/shop/web', version: 'v2', images: { app: 'registry/web:v2' } };
    rollout.cluster.deploy(web, { app: 'registry/web:v3' });
    const bad = (await ask('POST', '/deployments', { ...input, version: 'v3', images: {} })).json();
    const run = (await ask('POST', `/deployments/${bad.id}/rollback`, {})).json();
    const path = `/runs/${run.id}`;
    expect((await ask('POST', `${path}/skip`, { ordinal: 0, reason: ' ' })).statusCode).toBe(422);
    expect((await ask('POST', `${path}/skip`, { ordinal: 0, reason: 'no need' })).statusCode).toBe(409);
    expect((await ask('POST', `${path}/stop`, { reason: 'wrong service' })).json().stopAsked).toMatchObject({
      by: 'dashboard',
      reason: 'wrong service',
    });
    expect((await ask('POST', `${path}/stop`, {})).statusCode).toBe(200);
    await work();
    const record = (await ask('GET', path)).json();
    expect(record.run).toMatchObject({
      status: 'cancelled',
      sentence: 'cancelled: dashboard stopped it: wrong service. Nothing was changed.',
    });
    expect(record.actions.resume).toMatchObject({ allowed: false, whyNot: expect.stringContaining('again') });
    const types = record.timeline.map((event: { type: string }) => event.type);
    expect(types).toEqual(expect.arrayContaining(['rollback.stop-asked', 'rollback.cancelled']));
    expect((await ask('POST', `${path}/retry`)).statusCode).toBe(409);
    expect((await ask('POST', '/runs/nobody/retry')).statusCode).toBe(404);
  });
});
