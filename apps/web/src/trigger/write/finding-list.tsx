import { Button } from '@mantine/core';
import type { Said } from '../../meaning/meaning.ts';
import { MeaningMark } from '../../meaning/meaning-mark.tsx';
import type { Told } from './diagnostics.ts';
import classes from './write.module.css';

const said: Record<Told['severity'], Said> = {
  error: { meaning: 'act', word: 'Refused' },
  warning: { meaning: 'watch', word: 'Doubtful' },
};
const unknown: Said = { meaning: 'unknown', word: 'Not asked' };

interface FindingListProps {
  findings: readonly Told[];
  onFix: (finding: Told) => void;
}

/** What was found, in words, with a button for what can be mended. */
export function FindingList({ findings, onFix }: FindingListProps) {
  if (findings.length === 0) return <p>Nothing is wrong or doubtful with it.</p>;
  return (
    <ul className={classes.findings} aria-label="Findings">
      {findings.map((finding) => {
        const { path, code, place, severity, message, fix } = finding;
        return (
          <li key={`${path} ${code} ${place?.offset} ${message}`}>
            <MeaningMark said={code === 'could-not-be-asked' ? unknown : said[severity]} />
            <span className={classes.words}>
              {place && (
                <span className={classes.dim}>
                  Line {place.line}, column {place.column}:{' '}
                </span>
              )}
              {message}
            </span>
            {fix && (
              <Button variant="default" h="var(--tap)" onClick={() => onFix(finding)}>
                {fix.title}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
