import { createBrowserRouter } from 'react-router';
import { CoursesPage } from './features/courses/components/courses-page.tsx';
import { Layout } from './layout/layout.tsx';
import { NotFoundPage } from './layout/not-found-page.tsx';
import { Waiting } from './layout/waiting.tsx';

/** The addresses of the pages. */
export const router = createBrowserRouter([
  {
    element: <Layout />,
    HydrateFallback: Waiting,
    children: [
      { index: true, element: <CoursesPage /> },
      {
        path: 'cours/:id',
        lazy: async () => {
          const { CoursePage } = await import('./features/courses/components/course-page.tsx');
          return { Component: CoursePage };
        },
      },
      {
        path: 'cours/:id/ecrire',
        lazy: async () => {
          const { TogetherPage } = await import('./features/together/components/together-page.tsx');
          return { Component: TogetherPage };
        },
      },
      {
        path: 'cours/:id/discussions',
        lazy: async () => {
          const { ForumPage } = await import('./features/forum/components/forum-page.tsx');
          return { Component: ForumPage };
        },
      },
      {
        path: 'discussions/:id',
        lazy: async () => {
          const { ThreadPage } = await import('./features/forum/components/thread-page.tsx');
          return { Component: ThreadPage };
        },
      },
      {
        path: 'notifications',
        lazy: async () => {
          const { NotificationsPage } = await import(
            './features/notifications/components/notifications-page.tsx'
          );
          return { Component: NotificationsPage };
        },
      },
      {
        path: 'desabonnement',
        lazy: async () => {
          const { UnsubscribePage } = await import(
            './features/notifications/components/unsubscribe-page.tsx'
          );
          return { Component: UnsubscribePage };
        },
      },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);
