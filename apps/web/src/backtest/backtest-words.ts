import type { BacktestDeployment, BacktestResult } from '@lastgood/api-client';
import { counted } from '../meaning/counted.ts';
import type { Said } from '../meaning/meaning.ts';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { spokenDuration } from '../time/duration.ts';
import { formatValue } from '../trigger/format-value.ts';

type Judged = Pick<BacktestDeployment, 'label' | 'outcome'> &
  Partial<Pick<BacktestDeployment, 'isPartlyRead' | 'counts'>>;

const said = (meaning: Said['meaning'], word: string): Said => ({ meaning, word });

/** What the deployment was, as far as anybody knows. */
export function labelSaid({ label }: Pick<Judged, 'label'>): Said {
  if (label === null) return said('unknown', 'Not known');
  return label === 'bad' ? said('act', 'Bad') : said('quiet', 'Good');
}

/** What the trigger would have made of it. What was not read, or answered nothing, is never said to be quiet. */
export function outcomeSaid({ label, outcome, isPartlyRead = false, counts = true }: Judged): Said {
  // Of a long watch the beginning alone was judged: whether it fires later is not known, so it is neither missed nor left alone.
  const isLeftOpen = label !== null && !counts;
  switch (outcome) {
    case 'fired':
      if (isPartlyRead) return said('unknown', 'Would fire, not counted');
      return label === 'bad'
        ? said('done', 'Would fire')
        : said('watch', label === 'good' ? 'False alarm' : 'Would fire');
    case 'quiet':
      if (isLeftOpen) return said('unknown', 'Not known');
      return label === 'bad' ? said('watch', 'Missed') : said('quiet', 'Would not fire');
    case 'silent':
      return label === 'bad' && !isLeftOpen ? said('watch', 'Missed: no data') : said('unknown', 'No data');
    case 'unread':
      return said('unknown', 'Not known');
    case 'not_due':
      return said('unknown', 'Not asked');
  }
}

/** "2 min before", "10 s after", "at that moment"; null where one of both instants is not known. */
export function leadWords(leadSeconds: number | null): string | null {
  if (leadSeconds === null) return null;
  if (Math.abs(leadSeconds) < 1) return 'at that moment';
  return `${spokenDuration(Math.abs(leadSeconds))} ${leadSeconds < 0 ? 'after' : 'before'}`;
}

export interface ScoreFact {
  name: string;
  value: string;
  /** What it is a share of, and what it says. */
  means: string;
}

/** The score as facts, each with its frame; what cannot be told says so. */
export function scoreFacts({ score }: Pick<BacktestResult, 'score'>): ScoreFact[] {
  const { caught, missed, falselyAccused, recall, precision, falseAlarmWords } = score;
  const percent = (share: number | null) => (share === null ? 'not known' : formatValue(share, 'ratio'));
  const fired = caught + falselyAccused;
  const lead = leadWords(score.medianLeadSeconds);
  return [
    {
      ...{ name: 'Caught (recall)', value: percent(recall) },
      means:
        recall === null
          ? 'No deployment that could be judged is known to be bad.'
          : `It fires on ${caught} of ${counted(caught + missed, 'bad deployment')}.`,
    },
    {
      ...{ name: 'Right when it fires (precision)', value: percent(precision) },
      means:
        precision === null
          ? 'It fires on none that is known to be good or bad.'
          : `Of ${fired} on which it fires ${caught} ${caught === 1 ? 'is' : 'are'} bad.`,
    },
    {
      name: 'False alarms',
      value: falseAlarmWords === null ? 'not known' : String(score.falseAlarms),
      means:
        falseAlarmWords === null
          ? 'No time of a good deployment could be judged.'
          : `${sentenceCase(falseAlarmWords)}.`,
    },
    {
      ...{ name: 'Lead', value: lead ?? 'not known' },
      means:
        lead === null
          ? 'It fires on none of which it is known when it was found to be bad.'
          : 'The median, against when somebody, or a trigger, took them back.',
    },
  ];
}
