import { aBaseline, aDeployment, aService, aSnapshot } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../deployment/deployment.ts';
import type {
  ConfigurationState,
  HeldConfiguration,
  RecordedConfiguration,
} from '../../../workload/configuration.ts';
import { differencesOf } from '../../differences.ts';
import type { FoundConfiguration } from '../../need.ts';
import type { Step } from '../../step.ts';
import { neededWorkloads } from '../rolling/needs.ts';
import type { WayResult } from '../way.ts';
import { configuration } from './configuration.ts';

const service = aService();
const held = (value: string, over: Partial<HeldConfiguration> = {}): HeldConfiguration => ({
  kind: 'there',
  digest: `hmac-sha256:k1:${value}`,
  keys: { LEVEL: value },
  ...over,
});
const template = (name = 'shop', kind: 'ConfigMap' | 'Secret' = 'ConfigMap', optional = false) => ({
  spec: {
    containers: [
      {
        name: 'app',
        image: 'web:v1',
        envFrom: [{ [kind === 'ConfigMap' ? 'configMapRef' : 'secretRef']: { name, optional } }],
      },
    ],
  },
});
const recordedAs = (state: ConfigurationState | undefined, name = 'shop'): RecordedConfiguration[] =>
  state ? [{ kind: 'ConfigMap', name, optional: false, state }] : [];

interface Given {
  before?: ConfigurationState | undefined;
  after?: ConfigurationState | undefined;
  names?: { good?: string; bad?: string };
  sameTemplate?: boolean;
  over?: Partial<Deployment>;
}

function releases({ before, after, names = {}, sameTemplate = false, over = {} }: Given = {}) {
  const { good = 'shop', bad = 'shop' } = names;
  const [goodDigest, badDigest] = ['sha256:good', sameTemplate ? 'sha256:good' : 'sha256:bad'];
  const was = aSnapshot('v1', {
    template: template(good),
    templateDigest: goodDigest,
    configuration: before && recordedAs(before, good),
  });
  const is = aSnapshot('v2', {
    template: template(bad),
    templateDigest: badDigest,
    configuration: after && recordedAs(after, bad),
  });
  const target = { kind: 'Deployment' as const, name: 'web' };
  const to = aBaseline({ changes: [{ kind: 'workload', target, before: null, after: was }] });
  const deployment = aDeployment({
    changes: [{ kind: 'workload', target, before: was, after: is }],
    previousDeploymentId: to.id,
    ...over,
  });
  return { service, deployment, target: to, declared: null, changes: [], handedOver: [] };
}

const found = (state: ConfigurationState, over: Partial<FoundConfiguration> = {}): FoundConfiguration => ({
  ...{ kind: 'ConfigMap', name: 'shop', owner: { kind: 'nobody' }, usedBy: [] },
  seen: { uid: 'u1', resourceVersion: '7', beingDeleted: false, state },
  ...over,
});

function plan(given: Given, ...seen: FoundConfiguration[]): WayResult {
  const context = releases(given);
  const [need] = configuration.needs(context);
  if (!need) return configuration.plan(context, []);
  return configuration.plan(context, [{ ...need, answer: { kind: 'seen', seen } }]);
}

const changed = { before: held('info'), after: held('debug') };
const outcome = (result: WayResult) =>
  result.kind === 'steps'
    ? { steps: result.steps.map(({ title }) => title), warnings: result.warnings }
    : { refused: result.refusals.map(({ code }) => code) };

describe('configuration that a release changed', () => {
  it('goes back right before the code, and the step names no value', () => {
    const result = plan(changed, found(held('debug')));
    expect(result).toMatchObject({
      steps: [
        {
          phase: 'configuration',
          title: 'Set ConfigMap shop back to what it held in v1 (release 1) (LEVEL changed)',
          step: { kind: 'set-config', from: held('debug'), to: held('info') },
        },
      ],
      warnings: [],
    });
  });

  it('is left alone where it is back already, or was never changed', () => {
    expect(outcome(plan(changed, found(held('info'))))).toEqual({ steps: [], warnings: [] });
    const untouched = { before: held('info'), after: held('info') };
    expect(outcome(plan(untouched, found(held('info'))))).toEqual({ steps: [], warnings: [] });
  });

  it.each<[string, FoundConfiguration, RegExp]>([
    ['somebody changed it since', found(held('trace')), /Somebody changed ConfigMap shop since/],
    [
      'a Git controller owns it',
      found(held('debug'), {
        owner: { kind: 'git-controller', name: 'Argo CD', evidence: 'annotation x' },
      }),
      /belongs to Argo CD \(annotation x\)/,
    ],
    ['others use it', found(held('debug'), { usedBy: ['Deployment cart'] }), /Deployment cart use it, too/],
    ['it is immutable', found(held('debug', { immutable: true })), /it is immutable/],
    [
      'it may not be read',
      found({ kind: 'unread', reason: 'Lastgood may not get it' }),
      /does not go back: Lastgood may not get it/,
    ],
    ['the key is another', found({ ...held('x'), digest: 'hmac-sha256:k2:x' }), /under another key/],
    [
      'it may not be set',
      found(held('debug'), {
        missingRights: [{ may: 'patch configmaps', rule: '{}', purpose: 'setting-configuration' }],
      }),
      /may not patch configmaps/,
    ],
  ])('stays, and the plan says so, where %s', (_why, seen, words) => {
    const result = outcome(plan(changed, seen));
    expect(result.steps).toEqual([]);
    expect(result.warnings).toEqual([expect.stringMatching(words)]);
  });

  it('stays where it was too large to keep', () => {
    const large = { ...changed, before: held('info', { notKept: 'not kept: too large' }) };
    expect(outcome(plan(large, found(held('debug')))).warnings).toEqual([
      'ConfigMap shop does not go back: not kept: too large.',
    ]);
  });

  it('goes back with a word where nobody saw what the release left in it', () => {
    const result = outcome(plan({ before: held('info') }, found(held('debug'))));
    expect(result.steps).toHaveLength(1);
    expect(result.warnings).toEqual([expect.stringMatching(/left in ConfigMap shop is not recorded/)]);
  });

  it('is told by a next apply of its package manager, and goes back all the same', () => {
    const owner = { kind: 'package-manager', name: 'Helm', evidence: 'label y' } as const;
    const result = outcome(plan(changed, found(held('debug'), { owner })));
    expect(result.steps).toHaveLength(1);
    expect(result.warnings).toEqual([
      expect.stringMatching(/next apply of the bad release changes it again/),
    ]);
  });

  it('of releases that recorded none is told in one sentence, and stays', () => {
    const result = plan({}, found(held('debug')));
    expect(outcome(result)).toEqual({
      steps: [],
      warnings: ['What ConfigMap shop held in v1 (release 1) is not recorded: it stays as it is.'],
    });
    expect(result).toMatchObject({
      stays: [{ what: 'ConfigMap shop', why: 'what it held in v1 (release 1) is not recorded' }],
    });
  });

  it('of releases that recorded none is refused where it is not there: pods would not start', () =>
    expect(plan({}, found({ kind: 'absent' }))).toMatchObject({
      refusals: [
        {
          code: 'configuration-gone',
          reason: expect.stringMatching(
            /^ConfigMap shop, which v1 \(release 1\) needs, is not there, and .* is not recorded/,
          ),
        },
      ],
    }));

  it('is among what stays, with the reason, where it does not go back', () => {
    const stays = (...seen: FoundConfiguration[]) => {
      const result = plan(changed, ...seen);
      return result.kind === 'steps' ? result.stays : result;
    };
    expect(stays(found(held('debug')))).toEqual([]);
    expect(stays(found(held('trace')))).toEqual([
      { what: 'ConfigMap shop', why: 'somebody changed it since v2 (release 2)' },
    ]);
    expect(stays(found(held('debug', { immutable: true })))).toEqual([
      { what: 'ConfigMap shop', why: expect.stringMatching(/^it is immutable/) },
    ]);
  });
});

describe('of several looks', () => {
  const served = (state: ConfigurationState, given: Given) => {
    const context = releases(given);
    const target = aBaseline({
      changes: context.target.changes.map((change) =>
        change.kind === 'workload' && change.after
          ? { ...change, after: { ...change.after, configuration: recordedAs(state) } }
          : change,
      ),
    });
    return { ...context, target };
  };
  const planned = (state: ConfigurationState, given: Given, seen: FoundConfiguration) => {
    const context = served(state, given);
    const [need] = configuration.needs(context);
    if (!need) throw new Error('nothing is asked for');
    return configuration.plan(context, [{ ...need, answer: { kind: 'seen', seen: [seen] } }]);
  };

  it('one that failed does not stand for what another has seen', () => {
    const failed = { before: { kind: 'unread' as const, reason: 'timed out' }, after: held('debug') };
    expect(planned(held('info'), failed, found(held('debug')))).toMatchObject({
      steps: [{ step: { from: held('debug'), to: held('info') } }],
    });
  });

  it('what was changed before the release was registered is told, and stays', () => {
    const applied = { before: held('debug'), after: held('debug') };
    const said = 'was changed between v1 (release 1) and the registration of v2 (release 2)';
    const stayed = planned(held('info'), applied, found(held('debug')));
    expect(outcome(stayed)).toEqual({
      steps: [],
      warnings: [`ConfigMap shop ${said}: it stays as it is.`],
    });
    expect(stayed).toMatchObject({ stays: [{ what: 'ConfigMap shop', why: `it ${said}` }] });
    const further = { before: held('debug'), after: held('trace') };
    const result = outcome(planned(held('info'), further, found(held('trace'))));
    expect(result.steps).toHaveLength(1);
    expect(result.warnings).toEqual([`ConfigMap shop ${said}: that stays.`]);
  });
});

describe('configuration under a name of its own for each release', () => {
  const names = { good: 'shop-7f', bad: 'shop-9c' };
  const good = (state: ConfigurationState, over = {}) => found(state, { name: 'shop-7f', ...over });

  it('needs nothing while the old one is there', () =>
    expect(outcome(plan({ ...changed, names }, good(held('info'))))).toEqual({ steps: [], warnings: [] }));

  it('is created again where it was pruned', () =>
    expect(outcome(plan({ ...changed, names }, good({ kind: 'absent' })))).toEqual({
      steps: ['Create ConfigMap shop-7f again as it was in v1 (release 1)'],
      warnings: ['ConfigMap shop-7f is not there any more: it is created again as it was.'],
    }));

  it('is refused where it was pruned and not kept: the pods would not start', () => {
    const lost = { before: held('info', { notKept: 'not kept: too large' }), after: held('debug'), names };
    expect(outcome(plan(lost, good({ kind: 'absent' })))).toEqual({ refused: ['configuration-gone'] });
  });
});

describe('where the template is the same', () => {
  const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
  const setsWeb: Step = {
    ...{ kind: 'set-template', workload, uid: 'u', fromDigest: 'sha256:good', template: template() },
    ...{ templateDigest: 'sha256:again', imageDigests: {} },
  };
  const scaledFrom = (from: number): Step => ({
    ...{ kind: 'ensure-replicas', workload, uid: 'u', from, replicas: 3 },
  });
  const saidOf = (steps: readonly Step[]) => {
    const result = plan({ ...changed, sameTemplate: true }, found(held('debug')));
    return result.kind === 'steps' ? result.warningsOfPlan?.(steps) : result;
  };

  it('pods are started anew, by a mark that is the same however often it is planned', () => {
    const context = releases({ ...changed, sameTemplate: true });
    const [need] = neededWorkloads(context);
    expect(need?.ask.restart).toBe(`${context.deployment.id}/${context.target.id}`);
    expect(saidOf([setsWeb])).toEqual([expect.stringMatching(/^Deployment web .* pods are started anew/)]);
  });

  it('of a workload that no step sets nothing is promised: what runs keeps what it read', () => {
    const keeps = expect.stringMatching(/^Deployment web .* no step starts it anew: .* restart it by hand/);
    expect(saidOf([])).toEqual([keeps]);
    expect(saidOf([scaledFrom(2)])).toEqual([keeps]);
  });

  it('a workload whose every pod starts with the plan reads it anyway', () =>
    expect(saidOf([scaledFrom(0)])).toEqual([]));

  it('one that nothing is set for keeps it without a word', () => {
    const result = plan({ ...changed, sameTemplate: true }, found(held('info')));
    expect(result.kind === 'steps' && result.warningsOfPlan?.([])).toEqual([]);
  });

  it('and so is the configuration, nobody starts anything anew', () => {
    const same = { before: held('info'), after: held('info'), sameTemplate: true };
    expect(neededWorkloads(releases(same))[0]?.ask).not.toHaveProperty('restart');
  });
});

it('a rollback that set it can itself be taken back', () => {
  const state = { ...{ cluster: 'main', namespace: 'shop' }, kind: 'ConfigMap', name: 'shop' };
  const context = releases({
    before: held('debug'),
    over: {
      changes: [
        ...releases({ before: held('debug'), after: undefined }).deployment.changes,
        { kind: 'config', target: state, before: held('debug'), after: held('info') },
      ],
    },
  });
  expect(configuration.takesBack(context)).toHaveLength(1);
  const [need] = configuration.needs(context);
  if (!need) throw new Error('nothing is asked for');
  const result = configuration.plan(context, [
    { ...need, answer: { kind: 'seen', seen: [found(held('info'))] } },
  ]);
  expect(result).toMatchObject({
    steps: [{ step: { from: held('info'), to: held('debug') } }],
    warnings: [],
  });
});

it('differences name keys and no value', () => {
  const { deployment, target } = releases(changed);
  const { items } = differencesOf({ service, deployment, target });
  expect(items.filter(({ aspect }) => aspect === 'config')).toEqual([
    {
      aspect: 'config',
      path: 'ConfigMap shop, LEVEL',
      before: null,
      after: null,
      kind: 'changed',
      hidden: true,
    },
  ]);
});
