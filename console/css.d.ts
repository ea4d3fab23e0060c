/** Style sheets are imported for their effect: the build puts them into one file of their own. */
declare module '*.css';
