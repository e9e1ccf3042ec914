// Holds nothing: its target carries the project's precompiled header.
