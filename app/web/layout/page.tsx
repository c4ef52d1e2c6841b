import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** Whether a page was shown already: the first one leaves the focus where the browser puts it. */
let isFirst = true;

/**
 * A page with its heading and its name in the window; `within` names what it is a part of. Coming from another page the heading takes the
 * focus, or the place that the address names, so that it is read out.
 */
export function Page({
  title,
  within,
  lang,
  lead,
  children,
}: {
  title: string;
  within?: string;
  lang?: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { key, hash } = useLocation();
  useEffect(() => {
    document.title = [title, within, 'fredu'].filter(Boolean).join(' – ');
  }, [title, within]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that somebody comes to the page
  useEffect(() => {
    const place = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    if (place) {
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView();
    } else if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [key]);
  return (
    <>
      {lead}
      <h1 ref={heading} tabIndex={-1} lang={lang}>
        {title}
      </h1>
      {children}
    </>
  );
}
