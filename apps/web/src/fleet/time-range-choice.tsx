import { TextInput } from '@mantine/core';
import classes from './filter-bar.module.css';
import { FilterChoice } from './filter-choice.tsx';
import { rangeFault, rangeName, ranges, type TimeChoice } from './time-range.ts';

/** When: a span that ends now, or one's own, in the viewer's zone. */
export function TimeRangeChoice({
  choice,
  onChange,
}: {
  choice: TimeChoice;
  onChange: (next: Partial<TimeChoice>) => void;
}) {
  const name = rangeName(choice);
  return (
    <>
      <FilterChoice label="Time" value={name} data={ranges} onChange={(range) => onChange({ range })} />
      {name === 'custom' && (
        <>
          <TextInput
            className={classes.text}
            type="datetime-local"
            label="From"
            value={choice.from}
            onChange={(event) => onChange({ from: event.currentTarget.value })}
          />
          <TextInput
            className={classes.text}
            type="datetime-local"
            label="To"
            value={choice.to}
            error={rangeFault(choice)}
            onChange={(event) => onChange({ to: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
