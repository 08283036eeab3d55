import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import classes from './copy-text.module.css';
import { showProblem } from './problem-toast.tsx';
import { writeClipboard } from './write-clipboard.ts';

function useCopy(text: () => string) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    writeClipboard(text()).then(() => setCopied(true), showProblem);
  };
  return { copied, copy };
}

/** Whether a text may be higher than its box, which scrolls then. */
const isCut = (text: string): boolean => text.length > 800 || text.split('\n').length > 18;

/** Text to take along, with its copy button. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const { copied, copy } = useCopy(() => text);
  return (
    <div className={classes.box}>
      {/* What is cut can be scrolled by key, too. */}
      <pre className={classes.text} tabIndex={isCut(text) ? 0 : undefined}>
        <code>{text}</code>
      </pre>
      <Tooltip label={copied ? 'Copied' : label}>
        <ActionIcon
          className={classes.button}
          variant="default"
          size="var(--tap)"
          aria-label={label}
          onClick={copy}
        >
          {copied ? <IconCheck size="1rem" /> : <IconCopy size="1rem" />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

/** Copies what `text` gives at the press. */
interface CopyButtonProps {
  text: () => string;
  disabled?: boolean;
  children: string;
}

export function CopyButton({ text, disabled = false, children }: CopyButtonProps) {
  const { copied, copy } = useCopy(text);
  return (
    <Button
      variant="default"
      h="var(--tap)"
      disabled={disabled}
      leftSection={copied ? <IconCheck size="1rem" /> : <IconCopy size="1rem" />}
      onClick={copy}
    >
      <span aria-live="polite">{copied ? 'Copied' : children}</span>
    </Button>
  );
}
