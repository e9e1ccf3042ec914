// Charts of a report. Tables, which say the same, need no script.
(function () {
  'use strict';
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById('results').textContent);
  const korean = JSON.parse(document.getElementById('korean').textContent);
  const colors = ['#3b76d6', '#d9822b', '#8e5bd0', '#2f9e77', '#c2457b', '#7d8590', '#a8892c', '#4aa5c4', '#b3432b'];

  function speak(language) {
    root.dataset.language = language;
    root.lang = language;
    draw_all();
  }
  document.getElementById('language').addEventListener('click', function () {
    speak(root.dataset.language === 'ko' ? 'en' : 'ko');
  });
  const name_of = function (mode) {
    return root.dataset.language === 'ko' && korean[mode] || mode;
  };

  // To be read on white, on black and on paper: a canvas does not follow the scheme.
  Chart.defaults.color = '#747b85';
  Chart.defaults.borderColor = 'rgba(125, 133, 144, .3)';
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;

  const median = function (values) {
    const sorted = values.slice().sort(function (a, b) { return a - b; });
    return sorted.length ? sorted[sorted.length >> 1] : null;
  };
  const find = function (name) {
    return data.experiments.find(function (e) { return e.name === name; });
  };
  const records = function (e, scenario, mode) {
    return e.records.filter(function (r) {
      return r.valid && r.scenario === scenario && r.mode === mode;
    });
  };
  const value = function (r, metric) {
    const found = r.values.find(function (v) { return v.metric === metric; });
    return found ? found.value : null;
  };
  // The median over repeats of each point of a curve; where some have more points, of those alone,
  // so that it is of the same repeats from end to end.
  const curve = function (e, scenario, mode, name) {
    const all = records(e, scenario, mode).map(function (r) {
      return r.curves.find(function (c) { return c.name === name; });
    }).filter(Boolean);
    const most = Math.max.apply(null, all.map(function (c) { return c.points.length; }));
    const whole = all.filter(function (c) { return c.points.length === most; });
    if (!whole.length) return [];
    return whole[0].points.map(function (p, i) {
      return { x: p.x, y: median(whole.map(function (c) { return c.points[i].y; })) };
    });
  };

  // Each bar is what a mode adds to the one that it is compared with.
  const waterfall = function (metric, scale, unit) {
    return function (canvas, e, scenario) {
      const all = e.modes.map(function (_, mode) {
        const m = median(records(e, scenario, mode).map(function (r) { return value(r, metric); }));
        return m === null ? null : m / scale;
      });
      return new Chart(canvas, {
        type: 'bar',
        data: {
          labels: e.modes.map(name_of),
          datasets: [{ label: unit, backgroundColor: colors[0],
            data: all.map(function (v, i) { return [e.bases[i] === i ? 0 : all[e.bases[i]], v]; }) }]
        },
        options: { indexAxis: 'y', plugins: { legend: { display: false } },
          scales: { x: { title: { display: true, text: unit } } } }
      });
    };
  };
  const draw = {
    latency: function (canvas, e, scenario) {
      return new Chart(canvas, {
        type: 'line',
        data: {
          labels: curve(e, scenario, 0, 'latency').map(function (p) { return p.x / 1000 + ' %'; }),
          datasets: e.modes.map(function (name, mode) {
            return { label: name_of(name), borderColor: colors[mode], backgroundColor: colors[mode],
              data: curve(e, scenario, mode, 'latency').map(function (p) { return p.y / 1e6; }) };
          })
        },
        options: { scales: { y: { type: 'logarithmic', title: { display: true, text: 'ms' } } } }
      });
    },
    steps_cpu: waterfall('cpu_ns_per_request', 1e3, 'CPU us'),
    steps_latency: waterfall('p50_ns', 1e6, 'p50 ms'),
    steps_memory: waterfall('pss_kib', 1024, 'MiB'),
    timeline: function (canvas, e, scenario) {
      return new Chart(canvas, {
        type: 'line',
        data: {
          datasets: e.modes.map(function (name, mode) {
            return { label: name_of(name), borderColor: colors[mode], backgroundColor: colors[mode], pointRadius: 0,
              data: curve(e, scenario, mode, 'wrong').map(function (p) { return { x: p.x / 1000, y: p.y }; }) };
          })
        },
        options: { scales: { x: { type: 'linear', title: { display: true, text: 's' } }, y: { beginAtZero: true } } }
      });
    }
  };
  let charts = [];
  function draw_all() {
    charts.forEach(function (chart) { chart.destroy(); });
    charts = Array.from(document.querySelectorAll('canvas[data-chart]'), function (canvas) {
      return draw[canvas.dataset.chart](canvas, find(canvas.dataset.experiment), canvas.dataset.scenario);
    });
    root.dataset.charts = charts.length;  // for those who check whether all were
  }
  // Paper is narrower than most screens.
  window.addEventListener('beforeprint', function () {
    charts.forEach(function (chart) { chart.resize(620, 300); });
  });
  window.addEventListener('afterprint', function () {
    charts.forEach(function (chart) { chart.resize(); });
  });
  speak((navigator.language || '').startsWith('ko') ? 'ko' : 'en');
})();
