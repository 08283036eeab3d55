import type { DecisionView } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import type { Meaning } from '../meaning/meaning.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './decision-panel.module.css';

const meanings = {
  none: 'quiet',
  record: 'quiet',
  wait: 'watch',
  suggest: 'watch',
  roll_back: 'act',
} satisfies Record<DecisionView['verdict'], Meaning>;

const verdictWords = {
  none: 'No act decided',
  record: 'Recorded',
  wait: 'Waits for evidence',
  suggest: 'A rollback is suggested',
  roll_back: 'Rolls back',
} satisfies Record<DecisionView['verdict'], string>;

const pastWords: Partial<Record<DecisionView['verdict'], string>> = {
  wait: 'Waited for evidence',
  suggest: 'A rollback was suggested',
};

function wordsOf({ verdict, over }: DecisionView): string {
  return (over ? pastWords[verdict] : undefined) ?? verdictWords[verdict];
}

interface DecisionPanelProps {
  decision: DecisionView;
  deploymentId: string;
  carriedOut: boolean;
  /** Its deployment does not serve any more. */
  isPast: boolean;
}

/** What Lastgood decided, in its own sentence, with why not by itself. */
export function DecisionPanel({ decision, deploymentId, carriedOut, isPast }: DecisionPanelProps) {
  // Most sentences have them already.
  const unsaid = decision.restraints.filter((restraint) => !decision.sentence.includes(restraint));
  const isOver = carriedOut || isPast || decision.over !== null;
  const decided = carriedOut ? 'done' : decision.over ? 'quiet' : meanings[decision.verdict];
  const meaning = useSeenMeaning(decided, isOver);
  return (
    <section className={classes.panel} aria-labelledby="decision">
      <h2 id="decision">Decision</h2>
      <p className={classes.verdict}>
        <MeaningIcon meaning={meaning} />
        {carriedOut ? 'Carried out' : wordsOf(decision)}
      </p>
      {decision.over && <p>This stands no longer: {decision.over}.</p>}
      <p>{decision.sentence}</p>
      {unsaid.length > 0 && (
        <ul className={classes.restraints} aria-label="Why not by itself">
          {unsaid.map((restraint) => (
            <li key={restraint}>{restraint}</li>
          ))}
        </ul>
      )}
      <p className={classes.dim}>
        Judged <Instant at={decision.at} />
        {decision.id !== null && (
          <>
            {' · '}
            <Link to={`/deployments/${deploymentId}/why`}>Why, slot by slot</Link>
          </>
        )}
      </p>
    </section>
  );
}
