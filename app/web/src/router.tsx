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
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);
