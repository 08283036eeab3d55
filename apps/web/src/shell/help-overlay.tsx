import { Kbd, Modal, Table } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';

const keys: [string[], string][] = [
  [['r'], 'Roll back, on the page of a deployment'],
  [['1', '2', '3'], 'Roll back to another release of those listed there'],
  [['u'], 'Undo, while the countdown runs'],
  [['g', 'n'], 'Go to Now'],
  [['g', 's'], 'Go to Services'],
  [['g', 'h'], 'Go to History'],
  [['g', 'l'], 'Go to Log'],
  [['g', 't'], 'Go to Status'],
  [['Ctrl', 'K'], 'Find a service, a version, a commit, a page; roll back by name'],
  [['?'], 'This help'],
];

const meanings: [Said, string][] = [
  [{ meaning: 'quiet', word: 'Quiet' }, 'Nothing to do.'],
  [{ meaning: 'watch', word: 'Watch' }, 'A breach, not long enough to fire; it may need you soon.'],
  [{ meaning: 'act', word: 'Act' }, 'It fires, rolls back, or stopped and needs somebody.'],
  [{ meaning: 'done', word: 'Done' }, 'Done and verified.'],
  [{ meaning: 'unknown', word: 'Unknown' }, 'Cannot be seen. That is not the same as well.'],
];

/** Keys and what the colours mean. Loaded when it is first wanted. */
export default function HelpOverlay({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  // A dialog gives the focus back only if it was there before it was opened.
  const [shown, show] = useState(false);
  useEffect(() => show(opened), [opened]);
  return (
    <Modal
      opened={shown}
      onClose={onClose}
      title="Keys and meanings"
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      // Within a dialog it is no banner of the page.
      attributes={{ header: { role: 'none' } }}
    >
      <Table verticalSpacing="xs" withRowBorders={false}>
        <Table.Tbody>
          {keys.map(([combination, text]) => (
            <Table.Tr key={text}>
              <Table.Td w={120}>
                {combination.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{text}</Table.Td>
            </Table.Tr>
          ))}
          {meanings.map(([said, text]) => (
            <Table.Tr key={said.word}>
              <Table.Td>
                <MeaningMark said={said} />
              </Table.Td>
              <Table.Td>{text}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
