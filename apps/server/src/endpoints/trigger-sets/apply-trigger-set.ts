import { Type } from 'typebox';
import { refuse } from '../../declaration/declaration-faults.ts';
import { declareTriggerSet } from '../../declaration/declare-trigger-set.ts';
import { queriesOfTriggers } from '../../declaration/declared-queries.ts';
import { unfitBySet, wayOut } from '../../declaration/lint-overrides.ts';
import { doubtsAboutSilence } from '../../declaration/lint-triggers.ts';
import { warnIfSetLeavesNothing } from '../../declaration/nothing-acts.ts';
import { refuseUnusable } from '../../declaration/refuse-unusable.ts';
import { holdsInWords } from '../../declaration/review-triggers.ts';
import { tooMuchBySet } from '../../declaration/too-much-in-force.ts';
import { TriggerSetInput } from '../../declaration/trigger-input-schema.ts';
import { warnOfIdlePolicies, warnOfSources, warnOfWaits } from '../../declaration/warn-of-sources.ts';
import { warnOfUntold } from '../../declaration/warn-of-untold.ts';
import { literals, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toTriggerSetDto } from './trigger-set-dto.ts';
import { SetParams, TriggerSet } from './trigger-set-schema.ts';

/** How many services a set is tried with. */
const trialServices = 20;

export const applyTriggerSet = defineEndpoint({
  operationId: 'applyTriggerSet',
  method: 'PUT',
  url: '/trigger-sets/:name',
  lane: 'asking',
  tag: 'trigger sets',
  summary: 'Create or replace a trigger set; its queries are linted',
  params: SetParams,
  querystring: strict({
    overrides: Type.Optional(
      literals(
        ['refuse', 'leave'],
        'What happens where a service overrides a trigger that would be gone, or could not be overridden like that any more: the set is refused, naming the services (the default), or applied; those overrides do nothing then until their services are changed, and each service says so.',
      ),
    ),
  }),
  body: TriggerSetInput,
  answer: TriggerSet,
  async handle(deps, { params: { name }, query: { overrides = 'refuse' }, body }) {
    const { store, metrics } = deps;
    const set = await declareTriggerSet(name, body, metrics);
    const users = (await store.deployments.followed()).filter((one) =>
      one.service.triggerSets.includes(name),
    );
    const services = users.map(({ service }) => service);
    const sets = await store.triggerSets.list();
    refuse(tooMuchBySet(set, services, sets));
    const unfit = unfitBySet(set, services, sets);
    if (overrides === 'refuse')
      refuse(unfit.map(({ path, message }) => ({ path, message: `${message} ${wayOut}` })));
    const queries = queriesOfTriggers(set.triggers, metrics);
    const doubts = await refuseUnusable(deps, queries, users.slice(0, trialServices));
    const warnings = [
      ...unfit.map(({ message }) => message),
      ...warnIfSetLeavesNothing(set, services, sets),
      ...doubtsAboutSilence(set.triggers, metrics),
      ...warnOfSources(set.triggers, deps.configured.signals),
      ...warnOfWaits(set.triggers),
      ...warnOfIdlePolicies(set.triggers),
      ...(await warnOfUntold(set.triggers, {
        ...{ toldNames: store.toldNames, configured: deps.configured.signals },
        variables: {},
      })),
      ...holdsInWords(body.triggers, deps.settings.judging.intervalMs),
      ...doubts,
    ];
    await store.triggerSets.apply(set);
    return toTriggerSetDto(set, warnings);
  },
});
