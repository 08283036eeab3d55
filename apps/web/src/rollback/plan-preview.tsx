import type { Plan, PlanPreview as Preview, Unregistered } from '@lastgood/api-client';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { releaseName } from '../run/release-names.ts';
import { spokenDuration } from '../time/duration.ts';
import { Changes } from './changes/changes.tsx';
import { Commits } from './changes/commits.tsx';
import { expectedWords } from './expected-words.ts';
import { OrderGraph } from './order/order-graph.tsx';
import { OutcomeSentence } from './parts/outcome-sentence.tsx';
import { PlanParts } from './parts/plan-parts.tsx';
import classes from './plan-preview.module.css';
import { warningsBeside } from './unregistered/offered.ts';

/** What must be so in the end; until then it is not called rolled back. */
function ProofNeeded({ checks }: { checks: Plan['checks'] }) {
  if (checks.length === 0) return null;
  return (
    <div className={classes.proof}>
      <h3>Rolled back only when</h3>
      <ul>
        {checks.map(({ name, expected }) => (
          <li key={name}>
            {name} <span className={classes.time}>{expected}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of a group service by service, in the order in which they go back. */
function Steps({ plan: { steps, members } }: { plan: Plan }) {
  if (members.length === 0) return <StepList steps={steps} places={steps.map((_step, place) => place)} />;
  const parts = members.map(({ service, serviceName, target, steps: places, after }) => (
    <section key={service} aria-label={serviceName}>
      <h3 className={classes.member}>
        {serviceName} → {releaseName(target)}
        {after.length > 0 && (
          <span className={classes.time}>
            {' '}
            after {after.map((place) => members[place]?.serviceName).join(', ')}
          </span>
        )}
      </h3>
      <StepList steps={steps} places={places} />
    </section>
  ));
  return (
    <>
      {parts}
      <p className={classes.total}>Each is verified once all of them are back.</p>
    </>
  );
}

function StepList({ steps, places }: { steps: Plan['steps']; places: readonly number[] }) {
  return (
    <ol>
      {places.map((place) => {
        const step = steps[place];
        return (
          step && (
            <li key={place} className={classes.step}>
              <span className={classes.ordinal}>{place + 1}</span>
              <span>{step.title}</span>
              <span className={classes.time}>
                {step.expectedSeconds === null ? 'time unknown' : spokenDuration(step.expectedSeconds)}
              </span>
            </li>
          )
        );
      })}
    </ol>
  );
}

interface PlanPreviewProps {
  preview: Preview;
  /** What is lost stands beside the button already. */
  isLossShown?: boolean;
  /** What was seen and not registered and can be ticked beside it; absent: nothing. */
  offered?: readonly Unregistered[];
}

/** What the press would do, before it: the steps, what they leave behind, how long; or why not and what instead. */
export function PlanPreview({ preview, isLossShown = false, offered = [] }: PlanPreviewProps) {
  const { plan, refusals } = preview;
  if (!plan) {
    return (
      <ul className={classes.refusals}>
        {refusals.map((refusal) => (
          <li key={refusal.code}>
            <strong>{refusal.reason}</strong> {refusal.advice}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className={classes.plan}>
      <OutcomeSentence sentence={plan.parts.sentence} />
      {plan.members.length > 1 && <OrderGraph members={plan.members} />}
      <PlanParts parts={isLossShown ? { ...plan.parts, losses: [] } : plan.parts} />
      <Steps plan={plan} />
      <p className={classes.total}>{expectedWords(plan.expected)}</p>
      <section className={classes.changes} aria-labelledby="what-changes">
        <h3 id="what-changes">What changes</h3>
        <Changes changes={plan.changes} />
        <Commits commits={plan.commits} />
      </section>
      <ProofNeeded checks={plan.checks} />
      {warningsBeside(preview, offered).map((warning) => (
        <p key={warning} className={classes.warning}>
          <MeaningIcon meaning="watch" />
          {warning}
        </p>
      ))}
    </div>
  );
}
