import type { Cookie, Page } from 'playwright-core';

/** What somebody waits for on one page; times in milliseconds from the tap on. */
export interface Figures {
  /** Of everything that the page asks for, the page itself too. */
  requests: number;
  /** Bytes of script on the line, packed. */
  scriptBytes: number;
  /** Until anything is drawn (FCP). */
  firstPaint: number;
  /** Until the largest thing on the screen is drawn (LCP). */
  largestPaint: number;
  /** By how much things moved that were there already (CLS, no unit). */
  shift: number;
  /** Until the last task that blocks the page for 50 ms or more has ended. */
  quiet: number;
  /** From the press of a key to what it changes on the screen. */
  press: number;
}

/** A page, how one gets there, and what was promised of it. */
export interface PageCase {
  name: string;
  url: string;
  /** What is on the page once it is whole. */
  shows: string;
  cookies?: Cookie[];
  /** Whether the browser was there before. */
  isSecond?: boolean;
  /** What somebody presses. */
  press?: (page: Page) => Promise<void>;
  atMost: Partial<Figures>;
}
