import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** Goes to the answer that the address names once it is there, and asks for further answers until then. */
export function useNamedAnswer(
  ids: readonly string[],
  more: { hasNextPage: boolean; fetchNextPage(): unknown },
) {
  const { hash, key } = useLocation();
  const shown = useRef<string>(undefined);
  const wanted = /^#reponse-(.+)$/.exec(hash)?.[1];
  useEffect(() => {
    // Once for each time that somebody comes: what arrives later moves nobody.
    if (!wanted || shown.current === key || ids.length === 0) return;
    if (!ids.includes(wanted)) {
      if (more.hasNextPage) more.fetchNextPage();
      return;
    }
    shown.current = key;
    const answer = document.getElementById(`reponse-${wanted}`);
    if (!answer) return;
    answer.tabIndex = -1;
    answer.focus({ preventScroll: true });
    answer.scrollIntoView();
  });
}
