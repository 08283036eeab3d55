import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  adapterOf,
  forward,
  groupArn,
  type LoadBalancerServer,
  ruleArn,
  shop,
  startLoadBalancers,
  weightsOf,
} from './load-balancer-harness.ts';
import type { AwsAlbSettings } from './settings.ts';

const never = () => new AbortController().signal;

describe('an AWS load balancer, on its wire', () => {
  let server: LoadBalancerServer;
  beforeEach(async () => {
    server = await startLoadBalancers();
  });
  afterEach(() => server.close());

  const step = (over: Partial<StepOf<'set-weight'>> = {}): StepOf<'set-weight'> => ({
    kind: 'set-weight',
    ...shop,
    uid: ruleArn,
    from: { old: 0, new: 100 },
    weights: { old: 100, new: 0 },
    ...over,
  });
  const attempt = async (settings: Partial<AwsAlbSettings> = {}, over: Partial<StepOf<'set-weight'>> = {}) =>
    (await attemptStep(adapterOf(server, settings).setWeight, step(over), 'r1/0')).outcome;
  const sent = (action: string) => server.calls.filter((call) => call.action === action);

  it('asks nothing without a signature that AWS takes', async () => {
    const wrong = { secretAccessKey: 'not the secret' };
    expect(await attempt(wrong)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('SignatureDoesNotMatch'),
    });
    expect(await attempt({ accessKeyId: 'AKIDOTHER' })).toMatchObject({
      reason: expect.stringContaining('InvalidClientTokenId'),
    });
    expect(await attempt({ region: 'eu-west-1' })).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(await attempt(wrong))).not.toContain('not the secret');
    server.key.sessionToken = 'a token of a role';
    expect(await attempt({ sessionToken: 'of another' })).toMatchObject({ kind: 'failed' });
    expect(await attempt({ sessionToken: 'a token of a role' })).toMatchObject({ kind: 'applied' });
  });

  it('sends all weights in one write and leaves the rest of the rule as it is', async () => {
    const oidc = {
      Type: 'authenticate-oidc',
      Order: '1',
      AuthenticateOidcConfig: {
        Issuer: 'https://id.example',
        AuthorizationEndpoint: 'https://id.example/a',
        TokenEndpoint: 'https://id.example/t',
        UserInfoEndpoint: 'https://id.example/u',
        ClientId: 'shop',
        ClientSecret: 'never told',
        SessionTimeout: '3600',
      },
    };
    server.actions[ruleArn] = [oidc, { ...forward({ old: 0, new: 100 }), Order: '2' }];
    expect(await attempt()).toEqual({ kind: 'applied', note: 'taken: old 100, new 0' });
    const { ClientSecret: _never, ...kept } = oidc.AuthenticateOidcConfig;
    expect(sent('ModifyRule')).toHaveLength(1);
    expect(server.actions[ruleArn]).toEqual([
      { ...oidc, AuthenticateOidcConfig: { ...kept, UseExistingClientSecret: 'true' } },
      { ...forward({ old: 100, new: 0 }), Order: '2' },
    ]);
  });

  it('takes a group that clients stick to out of the action, and says so', async () => {
    server.actions[ruleArn] = [forward({ old: 0, new: 100 }, true)];
    expect(await attempt()).toMatchObject({
      kind: 'applied',
      note: expect.stringContaining('new taken out of the action'),
    });
    expect(weightsOf(server, ruleArn)).toEqual({ old: 100 });
    expect(server.actions[ruleArn]).toEqual([forward({ old: 100 }, true)]);
  });

  it('leaves a group in the action that got nothing before either', async () => {
    server.targets.spare = ['healthy'];
    server.actions[ruleArn] = [forward({ old: 0, new: 100, spare: 0 }, true)];
    const over = { from: { old: 0, new: 100, spare: 0 }, weights: { old: 100, new: 0, spare: 0 } };
    expect(await attempt({}, over)).toMatchObject({ kind: 'applied' });
    expect(weightsOf(server, ruleArn)).toEqual({ old: 100, spare: 0 });
  });

  it('leaves it there where that is wanted, and says who stays', async () => {
    server.actions[ruleArn] = [forward({ old: 0, new: 100 }, true)];
    expect(await attempt({ emptyBy: 'weight' })).toMatchObject({
      kind: 'applied',
      note: expect.stringContaining('clients who stick to new stay there'),
    });
    expect(weightsOf(server, ruleArn)).toEqual({ old: 100, new: 0 });
  });

  it('knows a rule with the one group of the older form', async () => {
    server.actions[ruleArn] = [{ Type: 'forward', TargetGroupArn: groupArn('new') }];
    expect(await adapterOf(server).readRoute(shop, never())).toMatchObject({
      seen: { weights: { new: 1 }, ready: { new: 1 } },
    });
    const over = { from: { old: 0, new: 1 }, weights: { old: 1, new: 0 } };
    expect(await attempt({}, over)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('old has no ready endpoint'),
    });
    expect(sent('ModifyRule')).toHaveLength(0);
  });

  it('takes targets that nobody checks for ready only where it may', async () => {
    server.targets.old = ['unavailable'];
    expect(await attempt()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no ready endpoint'),
    });
    expect(await attempt({ trustUnchecked: true })).toMatchObject({ kind: 'applied' });
  });

  it.each(['initial', 'unhealthy', 'draining', 'unused', 'unavailable', 'something new'])(
    'takes a target that is %s for not ready',
    async (state) => {
      server.targets.old = [state, state];
      expect(await adapterOf(server).readRoute(shop, never())).toMatchObject({
        seen: { ready: { old: 0, new: 1 } },
      });
    },
  );

  it('waits where AWS is asked too often, and says what a right that is missing is called', async () => {
    server.fault = {
      kind: 'refuses',
      refusal: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
    };
    expect(await attempt()).toMatchObject({ kind: 'waiting', note: expect.stringContaining('Throttling') });
    const message =
      'User: arn:aws:iam::1:user/x is not authorized to perform: elasticloadbalancing:DescribeRules';
    server.fault = { kind: 'refuses', refusal: { status: 403, code: 'AccessDenied', message } };
    expect(await attempt()).toMatchObject({ kind: 'failed', reason: expect.stringContaining(message) });
    server.fault = {
      kind: 'refuses',
      refusal: { status: 503, code: 'ServiceUnavailable', message: 'later' },
    };
    expect(await attempt()).toMatchObject({ kind: 'waiting' });
    expect(server.calls).toEqual([]);
  });

  it('is told which weight AWS refuses', async () => {
    expect(await attempt({}, { weights: { old: 1_000, new: 0 } })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/ValidationError.*between 0 and 999/),
    });
    expect(weightsOf(server, ruleArn)).toEqual({ old: 0, new: 100 });
  });

  it('ends an answer without end, and the connection with it', async () => {
    server.fault = { kind: 'huge' };
    const read = await adapterOf(server, { timeoutMs: 20_000 }).readRoute(shop, never());
    expect(read).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('larger answer') });
  });

  it('says which route is unknown, of another kind, or forwards nowhere', async () => {
    const read = (route: Partial<typeof shop.route>, rule: string | null = null) =>
      adapterOf(server).readRoute({ route: { ...shop.route, ...route }, rule }, never());
    expect(await read({ name: 'constructor' })).toMatchObject({
      reason: expect.stringContaining('known are shop0'),
    });
    expect(await read({ kind: 'listener' })).toMatchObject({
      reason: expect.stringContaining('is a listener-rule'),
    });
    expect(await read({}, 'one')).toMatchObject({ kind: 'not-found' });
    server.actions[ruleArn] = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }];
    expect(await read({})).toMatchObject({
      kind: 'not-found',
      reason: expect.stringContaining('does not forward'),
    });
    delete server.actions[ruleArn];
    expect(await read({})).toMatchObject({
      kind: 'not-found',
      reason: expect.stringContaining('RuleNotFound'),
    });
  });

  it.each<[string, Partial<AwsAlbSettings>]>([
    ['half a key', { secretAccessKey: undefined as never }],
    [
      'a token without a key',
      { accessKeyId: undefined as never, secretAccessKey: undefined as never, sessionToken: 't' },
    ],
    ['a user in the endpoint', { endpoint: 'https://me:secret@aws.example' }],
  ])('does not start with %s', (_words, settings) => {
    expect(() => adapterOf(server, settings)).toThrow(/^(?!.*secret@).*AWS load balancers aws/);
  });
});
