import { describe, expect, it } from 'vitest';
import { readPlan } from './plan-document.ts';
import { statefulTypes } from './stateful-types.ts';
import { isInPlace, versionInPlace } from './version-in-place.ts';

/*
 * In the documented form of `terraform show -json`, whose members were compared with what Terraform 1.11 writes. Drift needs a
 * provider with a world of its own, which no built-in resource has: of that, the document stands for the program.
 */
const stateful = statefulTypes();
interface Changed {
  actions: string[];
  before?: unknown;
  after?: unknown;
  after_unknown?: unknown;
  before_sensitive?: unknown;
  after_sensitive?: unknown;
}
const resource = (address: string, change: Changed, more = {}) => ({
  ...{ address, mode: 'managed', type: address.split('.').at(-2), change },
  ...more,
});
const update = (address: string, before: unknown, after: unknown) =>
  resource(address, { actions: ['update'], before: { v: before }, after: { v: after } });
const read = (members: object) => readPlan(JSON.stringify({ format_version: '1.2', ...members }), stateful);
const plan = (...resource_changes: object[]) => read({ resource_changes });

describe('a plan', () => {
  it('is a table of what happens to each resource, and which of them keep data', () => {
    const { changes } = plan(
      resource('aws_db_instance.orders', { actions: ['delete', 'create'] }),
      resource('module.m["a"].google_storage_bucket.b', { actions: ['create', 'delete'] }),
      resource('aws_instance.web', { actions: ['update'] }),
      resource('aws_instance.same', { actions: ['no-op'] }),
      resource('data.aws_ami.a', { actions: ['read'] }, { mode: 'data' }),
      resource('aws_instance.old', { actions: ['delete'] }, { deposed: '1a2b' }),
    );
    expect(changes.map(({ action, address, keepsData }) => [action, address, keepsData])).toEqual([
      ['replace', 'aws_db_instance.orders', true],
      ['replace', 'module.m["a"].google_storage_bucket.b', true],
      ['update', 'aws_instance.web', false],
      ['destroy', 'aws_instance.old', false],
    ]);
  });

  it('names what changes of a resource, and tells no value that may be secret', () => {
    const { changes } = plan(
      resource('aws_x.a', {
        actions: ['update'],
        before: { size: 'small', count: 1, db_password: 'p', note: 'uses hunter22', tags: { a: 1 }, same: 1 },
        after: { size: 'large', count: null, db_password: 'q', note: 'plain', tags: { a: 2 }, same: 1 },
        after_unknown: { id: true },
        before_sensitive: { other: true },
        after_sensitive: false,
      }),
      resource('aws_x.b', {
        actions: ['delete', 'create'],
        before: { key: 'hunter22', list: [{ k: 'x' }] },
        after: { key: 'hunter23', list: [{ k: 'y' }] },
        after_sensitive: { key: true, list: [{ k: true }] },
        before_sensitive: { key: true },
      }),
      resource('aws_x.c', { actions: ['update'], before: { v: 1 }, after: { v: 2 }, after_sensitive: true }),
    );
    const hidden = (name: string) => ({ name, before: null, after: null, hidden: true });
    expect(changes.map(({ properties }) => properties)).toEqual([
      [
        { name: 'size', before: 'small', after: 'large', hidden: false },
        { name: 'count', before: '1', after: null, hidden: false },
        ...['db_password', 'note', 'tags'].map(hidden),
      ],
      ['key', 'list'].map(hidden),
      [hidden('v')],
    ]);
  });

  it('counts what others read of the stack', () =>
    expect(
      read({ output_changes: { url: { actions: ['update'], before: 'a', after: 'b' } } }).changes,
    ).toEqual([{ address: 'output.url', type: 'output', action: 'update', keepsData: false }]));

  it.each([
    ['what is no JSON', '<html>hunter2</html>'],
    ['another format', '{"format_version":"9.0"}'],
    ['no plan', '[]'],
    ['an incomplete one', '{"format_version":"1.2","errored":true}'],
    [
      'an action nobody knows',
      '{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"a","change":{"actions":["explode"]}}]}',
    ],
    [
      'a resource without a name',
      '{"format_version":"1.2","resource_changes":[{"type":"a","change":{"actions":["create"]}}]}',
    ],
  ])('is not made of %s, and quotes nothing of it', (_what, text) => {
    expect(() => readPlan(text, stateful)).toThrow(/its plan/);
    expect(() => readPlan(text, stateful)).not.toThrow(/hunter2|explode/);
  });

  it('with more changes than anybody reads is none', () => {
    const many = Array.from({ length: 2_001 }, (_, n) => update(`aws_instance.i${n}`, 1, 2));
    expect(() => plan(...many)).toThrow(/2001 changes/);
  });

  it('tells every value that is marked as sensitive, so that it is told nowhere', () => {
    const { secrets } = read({
      variables: { password: { value: 'one-secret' }, region: { value: 'eu' } },
      configuration: { root_module: { variables: { password: { sensitive: true }, region: {} } } },
      resource_changes: [
        resource('aws_x.a', {
          actions: ['update'],
          before: { key: 'two-secret', tags: { a: 'open', b: 'three-secret' }, list: [{ p: 'four-secret' }] },
          before_sensitive: { key: true, tags: { b: true }, list: [{ p: true }] },
          after: { key: 42 },
          after_sensitive: { key: true },
        }),
      ],
      output_changes: { o: { actions: ['create'], after: { deep: ['five-secret'] }, after_sensitive: true } },
    });
    expect(secrets.sort()).toEqual([
      '42',
      'five-secret',
      'four-secret',
      'one-secret',
      'three-secret',
      'two-secret',
    ]);
  });
});

describe('what is in place', () => {
  const name = 'aws_x.a';
  const where = (toPlan: object[], fromPlan: object[] | null, drift: object[] = []) =>
    versionInPlace(
      'bad',
      read({ resource_changes: toPlan, resource_drift: drift }),
      fromPlan && plan(...fromPlan),
    );

  it('is the target where going there changes nothing', () => {
    expect(isInPlace(plan(), false)).toBe(true);
    expect(isInPlace(plan(update(name, 1, 2)), false)).toBe(false);
  });

  it('is the target after its apply, though something changes at every apply', () => {
    const clock = resource(name, {
      ...{ actions: ['delete', 'create'], before: { at: 'noon' }, after: {}, after_unknown: { at: true } },
    });
    expect([isInPlace(plan(clock), true), isInPlace(plan(clock), false)]).toEqual([true, false]);
    expect(isInPlace(plan(clock, update(name, 1, 2)), true)).toBe(false);
  });

  it('is what was taken out, wholly or in part', () => {
    expect(where([update(name, 2, 1)], [])).toEqual({ version: 'bad', drifted: [] });
    expect(where([update(name, 2, 1)], [update('aws_x.b', 1, 2)]).version).toBe('bad');
    const tainted = resource(
      name,
      { actions: ['delete', 'create'] },
      { action_reason: 'replace_because_tainted' },
    );
    expect(where([resource(name, { actions: ['delete'] })], [tainted]).version).toBe('bad');
  });

  it('is another one where a resource is as neither has it', () => {
    expect(where([update(name, 3, 1)], [update(name, 3, 2)]).version).toMatch(
      /another configuration \(aws_x\.a/,
    );
    const added = resource(name, { actions: ['delete'], before: { v: 3 } });
    expect(where([added], [added]).version).toMatch(/aws_x\.a/);
    expect(where([update(name, 2, 1)], null).version).toMatch(/bad cannot be compared/);
  });

  it('is changed by hand where the program sees so, and applying would undo it', () => {
    const [to, from] = [[update(name, 3, 1)], [update(name, 3, 2)]];
    expect(where(to, from, [update(name, 2, 3)])).toEqual({ version: 'bad', drifted: [name] });
    // As the target has it, or in what no configuration names: nothing is undone.
    expect(where([update('aws_x.b', 2, 1)], from, [update(name, 2, 3)]).drifted).toEqual([]);
    expect(where([update(name, 2, 1)], [], [update(name, 2, 3)]).drifted).toEqual([]);
  });
});
