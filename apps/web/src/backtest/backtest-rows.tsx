import type { BacktestDeployment } from '@lastgood/api-client';
import { VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { MarkButton } from '../mark/mark-button.tsx';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import page from '../trigger/write/write.module.css';
import classes from './backtest.module.css';
import { BacktestDetail } from './backtest-detail.tsx';
import { labelSaid, outcomeSaid } from './backtest-words.ts';

interface BacktestRowsProps {
  deployments: readonly BacktestDeployment[];
  trigger: string;
}

/** Each deployment with what it was, what the trigger would have done, and on demand its chart. */
export function BacktestRows({ deployments, trigger }: BacktestRowsProps) {
  const [opened, open] = useState<string | null>(null);
  const [marked, setMarked] = useState(false);
  return (
    <section className={page.card} aria-labelledby="deployments">
      <h2 id="deployments">3. Deployment by deployment</h2>
      {marked && (
        <p role="status">What you marked is kept. Run the backtest again, and it counts in the score.</p>
      )}
      <ol className={classes.rows}>
        {deployments.map((one) => (
          <Row
            key={one.deploymentId}
            one={one}
            trigger={trigger}
            isOpen={opened === one.deploymentId}
            onToggle={() => open((before) => (before === one.deploymentId ? null : one.deploymentId))}
            onMarked={() => setMarked(true)}
          />
        ))}
      </ol>
    </section>
  );
}

interface RowProps {
  one: BacktestDeployment;
  trigger: string;
  isOpen: boolean;
  onToggle: () => void;
  onMarked: () => void;
}

function Row({ one, trigger, isOpen, onToggle, onMarked }: RowProps) {
  const { deploymentId, serviceName, version, release, startedAt, labelWords, words } = one;
  const name = `${version ?? `release ${release}`} of ${serviceName}`;
  return (
    <li>
      <div className={classes.row}>
        <div>
          <Link to={`/deployments/${deploymentId}`}>
            {serviceName} {version ?? ''}
          </Link>
          <p className={page.dim}>
            release {release}, <Instant at={startedAt} as="short" light />
          </p>
        </div>
        <div>
          <MeaningMark said={labelSaid(one)} />
          <p className={page.dim}>
            {sentenceCase(labelWords)} ·{' '}
            <MarkButton deploymentId={deploymentId} name={name} words="Mark" onMarked={onMarked} />
          </p>
        </div>
        <div>
          <MeaningMark said={outcomeSaid(one)} />
          <p className={page.dim}>{sentenceCase(words)}</p>
        </div>
        <button type="button" className={classes.open} aria-expanded={isOpen} onClick={onToggle}>
          {isOpen ? 'Close' : 'Chart'}
          <VisuallyHidden>{isOpen ? ` the chart of ${name}` : ` of ${name}`}</VisuallyHidden>
        </button>
      </div>
      {isOpen && <BacktestDetail one={one} trigger={trigger} />}
    </li>
  );
}
