import { canGoBack } from '../deployment/eligibility.ts';
import { releaseFacts } from '../deployment/release-facts.ts';
import { type About, aboutService } from '../notification/about-service.ts';
import { triggerFact } from '../notification/trigger-fact.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { Decision } from './decision.ts';
import { nextOfDecision } from './next-of-decision.ts';
import { toldBeside } from './told-sentence.ts';
import type { Watched } from './watched.ts';

/** What is told of a decision that somebody has to know. @param judged the triggers as its slot left them */
export function aboutDecision(watched: Watched, judged: readonly JudgedTrigger[], decision: Decision): About {
  const { service, deployment, lastKnownGood } = watched;
  const fired = decision.evidence.find(({ trigger }) => trigger === decision.trigger);
  const state = judged.find(({ trigger }) => trigger.name === decision.trigger)?.state;
  const beside = toldBeside(decision, judged);
  return aboutService(service, {
    ...releaseFacts(deployment, lastKnownGood),
    trigger: fired ? triggerFact(fired, state?.since ?? decision.slot) : null,
    ...(fired && beside !== undefined && { beside }),
    ...(!canGoBack(watched) && { nothingToGoBackTo: true }),
    next: nextOfDecision(watched, judged, decision),
  });
}
