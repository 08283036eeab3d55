import { Button, FileButton, Textarea } from '@mantine/core';
import { type DragEvent, useState } from 'react';
import classes from './import.module.css';

/** Bytes; the server takes no larger one. */
const largest = 262_144;

interface RuleFileFieldProps {
  file: string;
  onChange: (file: string) => void;
}

/** A rule file, pasted, chosen or dropped. */
export function RuleFileField({ file, onChange }: RuleFileFieldProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const take = async (given: File | null | undefined) => {
    if (!given) return;
    const isTooLarge = given.size > largest;
    setProblem(isTooLarge ? `${given.name} has more than 256 KB. Import its groups one by one.` : null);
    if (!isTooLarge) onChange(await given.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button beside it does the same by key
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (event.dataTransfer.types.includes('Files')) drop(event);
      }}
    >
      <Textarea
        label="Rule file"
        description="Paste it, or drop the file here."
        classNames={{ input: classes.yaml ?? '' }}
        value={file}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        autosize
        minRows={6}
        maxRows={18}
        spellCheck={false}
        error={problem}
      />
      <FileButton onChange={(given) => void take(given)} accept=".yaml,.yml,.rules,.json,.txt">
        {(props) => (
          <Button {...props} variant="default" h="var(--tap)">
            Choose a file
          </Button>
        )}
      </FileButton>
    </div>
  );
}
