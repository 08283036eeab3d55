import type { ExplainedRestraint } from '@lastgood/api-client';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import classes from './explanation.module.css';

const held = { meaning: 'watch', word: 'Held it back' } as const;
const free = { meaning: 'quiet', word: 'Nothing against it' } as const;

/** What could hold a rollback back, with the evidence that it was judged from. */
export function RestraintList({ restraints }: { restraints: readonly ExplainedRestraint[] }) {
  return (
    <ul className={classes.restraints}>
      {restraints.map(({ kind, title, restrains, sentence, facts }) => (
        <li key={`${kind} ${sentence}`}>
          <h3 className={classes.restraint}>
            {title} <MeaningMark said={restrains ? held : free} />
          </h3>
          <p>{sentenceCase(sentence)}.</p>
          {facts.length > 0 && (
            <details open={restrains}>
              <summary>What that rests on</summary>
              <ul className={classes.facts}>
                {facts.map((fact) => (
                  <li key={fact}>{fact}</li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
